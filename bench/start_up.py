#!/usr/bin/env python3
"""start_up.py PROGRAM DATA: seconds from the start of `mien train` until it has made its first step, as one JSON line.

The program runs under a pseudo-terminal, where its progress bar appears as soon as the first batch is done; then it is ended.
"""
import json
import os
import pty
import signal
import statistics
import sys
import tempfile
import time

REPETITIONS = 3


def seconds_to_bar(program, data, run):
    """(until it first says something, until the progress bar appears, CPU seconds of all its threads until then)"""
    command = [program, "train", "emma", "--recipe", "emma-small", "--data", data, "-o", run,
               "--data.sampling.min_valence_arousal=0"]
    start = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.execv(program, command)
    said, first_line = b"", None
    try:
        while b" ETA " not in said:
            try:
                part = os.read(terminal, 4096)
            except OSError:  # the child closed its side
                part = b""
            if not part:
                raise SystemExit(f"start_up: {' '.join(command)} ended early: {said.decode(errors='replace')[-500:]}")
            first_line = first_line or time.perf_counter() - start
            said += part
        bar = time.perf_counter() - start
    finally:
        os.kill(child, signal.SIGKILL)
        usage = os.wait4(child, 0)[2]
        os.close(terminal)
    return first_line, bar, usage.ru_utime + usage.ru_stime


def main():
    program, data = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="mien-start-") as folder:
        times = [seconds_to_bar(program, data, f"{folder}/run{i}") for i in range(REPETITIONS)]
    lines, bars, processor = (list(column) for column in zip(*times))
    print(json.dumps({"name": "start-up", "seconds": bars, "per_second": 1 / statistics.median(bars),
                      "cpu_seconds": processor, "first_line_seconds": lines}))


if __name__ == "__main__":
    main()
