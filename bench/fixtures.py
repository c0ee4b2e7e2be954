"""What the figures read: drawn pictures, a long list, a set of ferplus' size."""
import functools
import os
import pathlib
import random
import subprocess

UNITS = 12


def label_fields(generator):
    """Valence, arousal, expression and units of one list line; some missing."""
    va = "-5,-5" if generator.random() < 0.3 else f"{generator.uniform(-1, 1):.2f},{generator.uniform(-1, 1):.2f}"
    units = ["-1"] * UNITS if generator.random() < 0.3 else [generator.choice("01") for _ in range(UNITS)]
    return f"{va},{generator.randrange(-1, 8)},{','.join(units)}"


def write_list(file, names):
    generator = random.Random(1)
    with open(file, "w") as lines:
        lines.write("image,valence,arousal,expression,aus\n")
        for name in names:
            lines.write(f"{name},{label_fields(generator)}\n")


class Fixtures:
    def __init__(self, figures, scratch):
        self.figures = figures
        self.scratch = scratch

    @functools.cached_property
    def drawn_set(self):
        """1,000 drawn faces of 112 pixels as an ABAW folder."""
        folder = self.scratch / "drawn"
        subprocess.run([self.figures, "draw", "--out", str(folder), "--count", "1000"], check=True)
        return folder

    @functools.cached_property
    def long_list(self):
        file = self.scratch / "training_set_annotations.txt"
        write_list(file, (f"{i // 1000}/{i % 1000 + 1:05d}.jpg" for i in range(100_000)))
        return file

    @functools.cache
    def video(self, frames):
        """A drawn 720p video of 25 frames a second."""
        file = self.scratch / f"{frames}.mp4"
        subprocess.run([self.figures, "write-video", "--out", str(file), "--frames", str(frames), "--width", "1280",
                        "--height", "720", "--steps", "1", "--warmup", "0"], check=True, stdout=subprocess.DEVNULL)
        return file

    @functools.cached_property
    def start_up_set(self):
        """ferplus itself where it is at hand, else a set of its size: drawn pictures under many names. (folder, words)"""
        shared = pathlib.Path(os.environ.get("MIEN_SHARED", pathlib.Path(__file__).resolve().parents[2] / "shared"))
        ferplus = shared / "data/ferplus"
        if ferplus.is_dir():
            return ferplus, "ferplus (26,802 pictures)"
        folder = self.scratch / "large"
        pictures = sorted(file for file in (self.drawn_set / "cropped_aligned").rglob("*") if file.is_file())
        for part, count in (("training", 26_802), ("validation", 3_509)):
            names = [f"{part}{i // 1000}/{i % 1000:05d}{pictures[0].suffix}" for i in range(count)]
            for i, name in enumerate(names):
                link = folder / "cropped_aligned" / name
                link.parent.mkdir(parents=True, exist_ok=True)
                os.link(pictures[i % len(pictures)], link)
            write_list(folder / f"{part}_set_annotations.txt", names)
        return folder, "a set of ferplus' size"
