"""The curve of masked CoTEX: images a second and peak memory of a training step against the part of the patches that is
masked, beside what they would be if the work went with the tokens alone."""
import pathlib
import subprocess

from entries import Entry, Table

MASKS = (0, 50, 75, 85, 90, 95)
PATCHES = 196
ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = ["mask", "tokens", "batch", "images/s", "ideal", "of the ideal", "peak MiB", "ideal MiB"]


def tokens_of(mask):
    """A picture's tokens behind a mask of so many per cent, the class token among them."""
    return 1 + PATCHES * (100 - mask) // 100


def grown(batch, mask):
    """The batch that table 6 has behind a mask where it has `batch` pictures without."""
    return batch * (100 // (100 - mask))


def step(context, precision, mask, batch):
    return context.run_json([context.figures, "cotex-step", "--mask", str(mask), "--batch", str(batch), "--precision", precision,
                             "--threads", str(context.threads), "--steps", "1" if context.quick else "3", "--warmup", "1"])


class Curve:
    """Steps at each mask, with one batch for all or a batch that grows with the mask."""

    def __init__(self, context, precision, grows):
        self.context, self.precision, self.grows = context, precision, grows
        self.batch = 4 if context.quick else 16
        self.points = []  # (mask, images/s, ideal images/s, MiB, ideal MiB)

    def weights_mebibytes(self):
        """What a step takes whatever the batch: by two steps behind the largest mask."""
        small, large = (step(self.context, self.precision, MASKS[-1], size)["peak_mebibytes"] for size in (1, self.batch + 1))
        return small - (large - small) / self.batch

    def rows(self):
        fixed = self.weights_mebibytes()
        for mask in MASKS:
            batch = grown(self.batch, mask) if self.grows else self.batch
            found = step(self.context, self.precision, mask, batch)
            speed, memory = found["per_second"], found["peak_mebibytes"]
            if mask == 0:
                whole_speed, whole_memory = speed, (memory - fixed) / batch
            part = tokens_of(mask) / tokens_of(0)
            ideal, ideal_memory = whole_speed / part, fixed + whole_memory * part * batch
            self.points.append((mask, speed, ideal, memory, ideal_memory))
            yield [f"{mask} %", str(tokens_of(mask)), str(batch), f"{speed:.2f}", f"{ideal:.2f}", f"{100 * speed / ideal:.0f} %",
                   f"{memory:.0f}", f"{ideal_memory:.0f}"]
        self.plot()

    def plot(self):
        name = f"mask-curve-{'grown' if self.grows else 'equal'}-{self.precision}"
        folder = self.context.plots
        folder.mkdir(parents=True, exist_ok=True)
        tables = {"speed": [f"{mask},{speed},{ideal}" for mask, speed, ideal, _, _ in self.points],
                  "memory": [f"{mask},{memory / 1024},{ideal / 1024}" for mask, _, _, memory, ideal in self.points]}
        flags = []
        for kind, lines in tables.items():
            file = folder / f"{name}.{kind}.csv"
            file.write_text("\n".join(["mask,measured,by tokens alone", *lines]) + "\n")
            flags += [f"--{kind}", str(file)]
        subprocess.run([self.context.figures, "mask-plot", *flags, "--out", str(folder / f"{name}.png")], check=True)
        for kind in tables:
            (folder / f"{name}.{kind}.csv").unlink()


def _curve(precision, grows):
    def make(context):
        what = "a batch that grows with the mask" if grows else "the same batch behind every mask"
        return Table(f"CoTEX step, two ViT-B/16 at 224, {precision}, {what}", HEADER, Curve(context, precision, grows).rows)

    return Entry(f"mask-curve-{'grown' if grows else 'equal'}-{precision}", make, precision, only_native=True, quick=not grows)


ENTRIES = [_curve(precision, grows) for precision in ("float32", "bfloat16") for grows in (True, False)]
