"""What the figures read: drawn pictures, a long list, a set of ferplus' size, made clips, a network."""
import functools
import os
import pathlib
import random
import subprocess

from entries import LeftOut

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
    def __init__(self, figures, scratch, model=None):
        """model: weights to read videos with; None: a ViT-T EMMA with fresh weights."""
        self.figures = figures
        self.scratch = scratch
        self.model = model
        self.shared = pathlib.Path(
            os.environ.get("MIEN_SHARED", pathlib.Path(__file__).resolve().parents[2] / "shared"))
        self.network_size = None if model else 112
        self.network_words = f"ViT-T/16 EMMA at {self.network_size} with a DAN of half width"
        if model:  # a run's best weights are known by the run
            self.network_words = model.parent.name if model.stem == "best" else model.stem

    def make(self, part, **flags):
        """Runs a part of mien_figures that writes a file."""
        subprocess.run([self.figures, part, *(text for name, value in flags.items()
                                              for text in (f"--{name}", str(value)))],
                       check=True, stdout=subprocess.DEVNULL)

    def shared_path(self, name, words):
        """A folder of the data that may lie beside the project; raises LeftOut."""
        if not (self.shared / name).is_dir():
            raise LeftOut(f"it needs {words}, {name} of the shared data (MIEN_SHARED names its folder)")
        return self.shared / name

    @functools.cached_property
    def drawn_set(self):
        """1,000 drawn faces of 112 pixels as an ABAW folder."""
        folder = self.scratch / "drawn"
        self.make("draw", out=folder, count=1000)
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
        self.make("write-video", out=file, frames=frames, width=1280, height=720, steps=1, warmup=0)
        return file

    @functools.cached_property
    def network(self):
        if self.model:
            return self.model.resolve()
        file = self.scratch / "emma.safetensors"
        # What the recipes for small machines have; a whole DAN would take most of the time.
        self.make("make-network", out=file, **{"vit": "T/16", "size": self.network_size, "dan-width": 32})
        return file

    @functools.cache
    def clip(self, scene, seconds=10, rate=30):
        """(a made 720p video with the face that set-up brings, where it truly is)"""
        return self._clip(f"{scene}-{seconds}", scene=scene, seconds=seconds, rate=rate)

    @functools.cached_property
    def london(self):
        """Photographs of 70 people, one each."""
        return sorted(self.shared_path("data/london", "photographs of 70 people").glob("*_neutral.jpg"))

    @functools.cache
    def people_clip(self, scene, seed):
        """The same with other people for each seed."""
        people = random.Random(seed).sample(self.london, 5)
        return self._clip(f"{scene}-people-{seed}", scene=scene, seed=seed, pictures=",".join(map(str, people)))

    def _clip(self, name, **flags):
        video, truth = self.scratch / f"{name}.mp4", self.scratch / f"{name}.csv"
        self.make("make-clip", out=video, truth=truth, **flags)
        return video, truth

    @functools.cached_property
    def start_up_set(self):
        """ferplus itself where it is at hand, else a set of its size: drawn pictures under many names. (folder, words)"""
        ferplus = self.shared / "data/ferplus"
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
