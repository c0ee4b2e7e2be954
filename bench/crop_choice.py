#!/usr/bin/env python3
"""bench/crop_choice.py PROGRAM MODEL LONDON SCRATCH: which face crop serves best, by smiles.

Cuts the faces of the London set (NNN_neutral.jpg, NNN_smiling.jpg) in several ways, reads them as crops, and counts the people whose
smiling picture has more AU12, more AU06, more happiness and more valence than their neutral one. Crops in SCRATCH are used again.
"""
import pathlib
import subprocess
import sys

from smiles import COLUMNS, differences, rows_in

CROPS = [("box", margin) for margin in (-0.1, 0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)] + [("aligned", 0)]


def run(*command):
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)


def readings(program, model, london, folder, crop, margin):
    """Rows by the picture's name, of the first face in each."""
    run(program, "crop", london, "-o", folder / "crops", "--crop", crop, "--size", 112, "--max-faces", 1,
        *(["--margin", margin] if crop == "box" else []))
    run(program, "read", folder / "crops/cropped_aligned", "--recursive", "--no-detect", "--model", model, "-o", folder / "rows")
    return rows_in(folder / "rows")


def count(rows):
    """People, those with more of each column, and of all."""
    more = [[change > 0 for change in person] for person in differences(rows).values()]
    return len(more), [sum(column) for column in zip(*more)], sum(map(all, more))


def main():
    program, model, london, scratch = map(pathlib.Path, sys.argv[1:])
    print("| crop | margin | people | " + " | ".join(COLUMNS) + " | all four |")
    for crop, margin in CROPS:
        people, parts, good = count(readings(program, model, london, scratch / f"{crop}{margin}", crop, margin))
        print(f"| {crop} | {margin} | {people} | " + " | ".join(map(str, parts)) + f" | {good} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main()
