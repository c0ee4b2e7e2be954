#!/usr/bin/env python3
"""bench/smiles.py PROGRAM MODEL LONDON SCRATCH: what a smile does to readings, by whose it is.

Reads the London set (NNN_neutral.jpg, NNN_smiling.jpg) as a user would, `mien read LONDON`, and counts, for everybody and by the gender, age
and ethnicity of people.csv, the people whose smiling picture has more AU12, AU06, happiness and valence than their neutral
one, with the mean differences. Markdown.
"""
import csv
import pathlib
import subprocess
import sys

COLUMNS = ("AU12", "AU06", "p_happiness", "valence")
OLDER = 30


def rows_in(folder):
    """Rows of a `mien read -o folder` by the picture's name."""
    with open(folder / "pictures.csv") as rows:
        return {pathlib.Path(row["input"]).stem: row for row in csv.DictReader(rows) if row["success"] == "1"}


def differences(rows):
    """Smiling minus neutral of each column, by person."""
    people = {}
    for name, neutral in rows.items():
        person, _, kind = name.partition("_")
        smiling = rows.get(f"{person}_smiling")
        if kind == "neutral" and smiling:
            people[person] = [float(smiling[column]) - float(neutral[column]) for column in COLUMNS]
    return people


def slices(people):
    """(name, face ids) of everybody and of each group."""
    yield "everybody", {person["face_id"] for person in people}
    for gender in sorted({person["gender"] for person in people}):
        yield gender, {person["face_id"] for person in people if person["gender"] == gender}
    ages = {person["face_id"]: float(person["age"]) for person in people if person["age"] != "NA"}
    yield f"under {OLDER}", {face for face, age in ages.items() if age < OLDER}
    yield f"{OLDER} and older", {face for face, age in ages.items() if age >= OLDER}
    for ethnicity in sorted({person["ethnicity"] for person in people}):
        yield ethnicity, {person["face_id"] for person in people if person["ethnicity"] == ethnicity}


def main():
    program, model, london, scratch = map(pathlib.Path, sys.argv[1:])
    subprocess.run([program, "read", london, "--model", model, "--max-faces", "1", "-o", scratch, "-q"], check=True)
    changed = differences(rows_in(scratch))
    with open(london / "people.csv") as people:
        people = list(csv.DictReader(people))
    print("| people | number | " + " | ".join(COLUMNS) + " | all four | " + " | ".join(f"mean {c}" for c in COLUMNS) + " |")
    print("| --- " * (3 + 2 * len(COLUMNS)) + "|")
    for name, ids in slices(people):
        found = [change for person, change in changed.items() if person in ids]
        counts = [sum(value > 0 for value in column) for column in zip(*found)]
        means = [f"{sum(column) / len(column):+.2f}" for column in zip(*found)]
        whole = sum(all(value > 0 for value in change) for change in found)
        print(f"| {name} | {len(found)} | " + " | ".join(map(str, counts)) + f" | {whole} | " + " | ".join(means) + " |")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main()
