#!/usr/bin/env python3
"""tracking.py TRUTH ROWS: who was found where in a made clip, against where people truly were, as one JSON line.

TRUTH is what `mien_make_clip --truth` writes, ROWS what `mien_figures analyse-clip --rows` writes; the columns that `mien read`
writes will do too. The measures are the usual ones for many people (CLEAR MOT, Bernardin and Stiefelhagen 2008):

recall, precision  a face counts as found where a box overlaps it by half (intersection over union); each box finds one face
switches           a person is found under another id than the last time
fragments          a person in sight is lost and found again

A face that is mostly covered counts neither way: it need not be found, and a box that finds it is no false alarm.
"""
import argparse
import collections
import csv
import dataclasses
import json

OVERLAP = 0.5  # from which on a box finds a face
IN_SIGHT = 0.6  # visible part of a face from which on it must be found


@dataclasses.dataclass
class Box:
    who: str
    x: float
    y: float
    width: float
    height: float
    visible: float = 1.0


@dataclasses.dataclass
class Scores:
    faces: int = 0  # in sight, over all frames
    found: int = 0
    false_alarms: int = 0
    switches: int = 0
    fragments: int = 0
    people: int = 0
    ids: int = 0

    def __add__(self, other):
        return Scores(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other))))

    @property
    def recall(self):
        return self.found / self.faces if self.faces else 1.0

    @property
    def precision(self):
        boxes = self.found + self.false_alarms
        return self.found / boxes if boxes else 1.0


def overlap(a, b):
    """Intersection over union."""
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (a.width * a.height + b.width * b.height - shared)


def pairs_of(faces, boxes, last_ids):
    """{place in faces: place in boxes}. Who still has the id of last time keeps it; the others by overlap, the largest first."""
    candidates = []
    for i, face in enumerate(faces):
        for j, box in enumerate(boxes):
            shared = overlap(face, box)
            if shared >= OVERLAP:
                kept = last_ids.get(face.who) == box.who
                candidates.append((not kept, -shared, i, j))
    pairs, taken = {}, set()
    for _, _, i, j in sorted(candidates):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def score(truth, rows):
    """Scores of a clip. truth, rows: {frame: [Box, ...]}; only frames of the truth count."""
    result = Scores(people=len({face.who for faces in truth.values() for face in faces}),
                    ids=len({box.who for boxes in rows.values() for box in boxes}))
    last_ids, lost = {}, set()
    for frame in sorted(truth):
        faces, boxes = truth[frame], rows.get(frame, [])
        pairs = pairs_of(faces, boxes, last_ids)
        result.false_alarms += len(boxes) - len(pairs)
        for i, face in enumerate(faces):
            in_sight = face.visible >= IN_SIGHT
            result.faces += in_sight
            if i not in pairs:
                if in_sight and face.who in last_ids:
                    lost.add(face.who)
                continue
            result.found += in_sight
            who = boxes[pairs[i]].who
            result.switches += last_ids.get(face.who, who) != who
            result.fragments += face.who in lost
            lost.discard(face.who)
            last_ids[face.who] = who
    return result


def read(file, who):
    """{frame: [Box, ...]} of a CSV file; rows that say that there is no face are passed over."""
    frames = collections.defaultdict(list)
    with open(file, newline="") as lines:
        for row in csv.DictReader(lines):
            if row.get("success", "1") != "0":
                numbers = (float(row[name]) for name in ("x", "y", "width", "height"))
                frames[int(row["frame"])].append(Box(row[who], *numbers, float(row.get("visible", 1))))
    return frames


def score_files(truth, rows):
    return score(read(truth, "person"), read(rows, "face_id"))


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("truth")
    flags.add_argument("rows")
    options = flags.parse_args()
    scores = score_files(options.truth, options.rows)
    print(json.dumps({"recall": scores.recall, "precision": scores.precision, **dataclasses.asdict(scores)}))


if __name__ == "__main__":
    main()
