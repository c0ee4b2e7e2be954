"""An ABAW MTL list read with Python's csv module into one record a line, as PyTorch data sets do."""
import csv
import pathlib

import measure


def read(file):
    records = []
    with open(file, newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        for row in rows:
            units = [int(field) for field in row[4:16]]
            records.append((row[0], float(row[1]), float(row[2]), int(row[3]), units))
    return records


def main():
    flags = measure.parser(__doc__)
    flags.add_argument("--list", type=pathlib.Path, required=True)
    options = flags.parse_args()
    lines = len(read(options.list))
    measure.report("list", lines, measure.timed(lambda: read(options.list), options.steps, options.warmup))


if __name__ == "__main__":
    main()
