#!/usr/bin/env python3
"""bench/card_scores.py PROGRAM MODEL SETS SCRATCH: the scores of a model card, with intervals, as Markdown.

SETS holds ferplus/ and diffusionfer/ as ABAW MTL folders. Their validation parts are read with `mien predict`; MODEL is a weights file or run.
Intervals are the middle 95 % of 1,000 draws of the pictures with replacement; a class that is in neither labels nor answers of a draw counts
as 0, as in `mien evaluate`. Scores are times 100. Units are decided by the thresholds in the file. Needs numpy.
"""
import csv
import pathlib
import subprocess
import sys

import numpy

CLASSES = ("neutral", "anger", "disgust", "fear", "happiness", "sadness", "surprise", "other")
UNITS = ("AU01", "AU02", "AU04", "AU06", "AU07", "AU10", "AU12", "AU15", "AU23", "AU24", "AU25", "AU26")
UNCONFIRMED = "AU10"  # the sets' makers could not confirm its machine labels: docs/results.md
DRAWS = 1000
BINS = 15


def labels_of(folder):
    """valence and arousal, expression and action units of the validation part; -5, -1 and -1 where they are missing."""
    with open(folder / "validation_set_annotations.txt") as lines:
        rows = [line.strip().split(",") for line in lines if line.strip()][1:]
    numbers = numpy.array([[float(cell) for cell in row[1:]] for row in rows])
    return [row[0] for row in rows], numbers[:, :2], numbers[:, 2].astype(int), numbers[:, 3:].astype(int)


def answers_of(program, model, folder, scratch, pictures):
    """Valence and arousal, probabilities of CLASSES and decisions of UNITS of the list's pictures, in its order."""
    subprocess.run([program, "predict", model, "--data", folder / "validation_set_annotations.txt", "-o", scratch, "-q"], check=True,
                   stdout=subprocess.DEVNULL)
    with open(scratch / "predictions.csv") as lines:
        rows = list(csv.DictReader(lines))

    def table(names):
        return numpy.array([[float(row[name]) for name in names] for row in rows])

    if [row["input"] for row in rows] != pictures:
        sys.exit(f"card_scores: the rows of {scratch} are not the pictures of {folder}")
    return table(["valence", "arousal"]), table(["p_" + name for name in CLASSES]), table([unit + "_c" for unit in UNITS]) > 0.5


def f1(answers, truth):
    positive = answers.sum() + truth.sum()
    return 2 * (answers & truth).sum() / positive if positive else 0.0


def accuracy(answers, truth):
    return (answers == truth).mean()


def macro_f1(answers, truth):
    return numpy.mean([f1(answers == k, truth == k) for k in range(len(CLASSES))])


def unit_f1(answers, truth):
    """Mean over the confirmed units of the pictures that have a label of it."""
    return numpy.mean([f1(answers[known, k], truth[known, k] == 1)
                       for k, known in enumerate((truth >= 0).T) if UNITS[k] != UNCONFIRMED])


def ccc(answers, truth):
    spread = answers.var() + truth.var() + (answers.mean() - truth.mean()) ** 2
    return 2 * numpy.mean((answers - answers.mean()) * (truth - truth.mean())) / spread if spread else 0.0


def class_means(values, classes):
    means = numpy.zeros_like(values)
    for k in numpy.unique(classes):
        means[classes == k] = values[classes == k].mean()
    return means


def within_class(answers, truth, classes):
    """Correlation of what is left of both where the mean of the true class is taken away."""
    return numpy.corrcoef(answers - class_means(answers, classes), truth - class_means(truth, classes))[0, 1]


def calibration_error(probabilities, truth):
    sure = probabilities.max(1)
    right = probabilities.argmax(1) == truth
    bins = numpy.minimum((sure * BINS).astype(int), BINS - 1)
    return sum((bins == k).mean() * abs(right[bins == k].mean() - sure[bins == k].mean()) for k in numpy.unique(bins))


def interval(score, *columns):
    """`score` of the pictures, and where it lies when they are drawn anew."""
    generator = numpy.random.default_rng(1)
    count = len(columns[0])
    drawn = [score(*(column[places] for column in columns)) for places in generator.integers(0, count, (DRAWS, count))]
    low, high = numpy.percentile(drawn, [2.5, 97.5])
    return f"{100 * score(*columns):.1f} ({100 * low:.1f} to {100 * high:.1f})"


def majority(votes_file, pictures):
    """Which pictures have more than half of all votes for one answer."""
    with open(votes_file) as lines:
        votes = {row.pop("image"): [int(count) for count in row.values()] for row in csv.DictReader(lines)}
    return numpy.array([2 * max(votes[picture]) > sum(votes[picture]) for picture in pictures])


def expressions(name, probabilities, truth):
    answers, constant = probabilities.argmax(1), numpy.full(len(truth), numpy.bincount(truth).argmax())
    print(f"| {name}, {len(truth):,} pictures | expression accuracy | {interval(accuracy, answers, truth)} | {100 * accuracy(constant, truth):.1f} |")
    print(f"| | expression F1 | {interval(macro_f1, answers, truth)} | {100 * macro_f1(constant, truth):.1f} |")


def units(name, answers, truth):
    everywhere = numpy.ones_like(answers)
    print(f"| {name} | AU F1, {len(UNITS) - 1} units without {UNCONFIRMED} | {interval(unit_f1, answers, truth)} | {100 * unit_f1(everywhere, truth):.1f} |")


def dimensions(name, answers, truth, classes):
    known = (truth > -2).all(1) & (classes >= 0)
    for k, dimension in enumerate(("valence", "arousal")):
        given, wanted, kinds = answers[known, k], truth[known, k], classes[known]
        print(f"| {name}, {known.sum():,} pictures | CCC {dimension} | {interval(ccc, given, wanted)} | 0.0 |")
        print(f"| | the mean of the true class, taken on these pictures | {100 * ccc(class_means(wanted, kinds), wanted):.1f} | |")
        print(f"| | correlation within a class | {interval(within_class, given, wanted, kinds)} | |")


def confusion(answers, truth):
    print("\n| label | " + " | ".join(CLASSES) + " | pictures |\n" + "| --- " * (len(CLASSES) + 2) + "|")
    for k, name in enumerate(CLASSES):
        row = [(answers[truth == k] == answer).mean() for answer in range(len(CLASSES))]
        print(f"| {name} | " + " | ".join(f"{100 * share:.0f}" for share in row) + f" | {(truth == k).sum():,} |")


def each_unit(sets):
    print("\n| set | " + " | ".join(UNITS) + " |\n" + "| --- " * (len(UNITS) + 1) + "|")
    for name, answers, truth in sets:
        known = truth >= 0
        score = [f1(answers[known[:, k], k], truth[known[:, k], k] == 1) for k in range(len(UNITS))]
        constant = [f1(numpy.ones(known[:, k].sum(), bool), truth[known[:, k], k] == 1) for k in range(len(UNITS))]
        print(f"| {name} | " + " | ".join(f"{100 * value:.0f}" for value in score) + " |")
        print(f"| {name}, always present | " + " | ".join(f"{100 * value:.0f}" for value in constant) + " |")


def main():
    program, model, sets, scratch = map(pathlib.Path, sys.argv[1:])
    pictures, _, classes, present = labels_of(sets / "ferplus")
    _, probabilities, decided = answers_of(program, model, sets / "ferplus", scratch / "ferplus", pictures)
    labelled = classes >= 0
    most = labelled & majority(sets / "ferplus/votes_validation.csv", pictures)
    print("| set | score | here | constant |\n| --- | --- | --- | --- |")
    expressions("FER+, most votes", probabilities[labelled], classes[labelled])
    expressions("FER+, more than half of the votes", probabilities[most], classes[most])
    units("FER+, machine labels", decided, present)
    pictures, dimension, kinds, synthetic = labels_of(sets / "diffusionfer")
    affect, _, seen = answers_of(program, model, sets / "diffusionfer", scratch / "diffusionfer", pictures)
    dimensions("DiffusionFER", affect, dimension, kinds)
    units("DiffusionFER, machine labels", seen, synthetic)
    print(f"\nExpected calibration error of the expressions on FER+, {BINS} bins: "
          f"{interval(calibration_error, probabilities[labelled], classes[labelled])}.")
    confusion(probabilities[labelled].argmax(1), classes[labelled])
    each_unit([("FER+", decided, present), ("DiffusionFER", seen, synthetic)])


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: card_scores.py PROGRAM MODEL SETS SCRATCH")
    main()
