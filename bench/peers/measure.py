"""What every peer needs: its flags, the timing of repeated work, one JSON line at the end."""
import argparse
import json
import os
import resource
import statistics
import sys
import time


def parser(description, batch=16):
    flags = argparse.ArgumentParser(description=description)
    flags.add_argument("--batch", type=int, default=batch)
    flags.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    flags.add_argument("--threads", type=int, default=os.cpu_count())
    flags.add_argument("--steps", type=int, default=3, help="timed repetitions; their median counts")
    flags.add_argument("--warmup", type=int, default=1, help="repetitions before the clock starts")
    flags.add_argument("--profile", type=int, default=0, help="print a profile with that many rows")
    return flags


def timed(work, steps, warmup):
    """Wall and CPU seconds of each of `steps` calls after `warmup` calls that do not count."""
    for _ in range(warmup):
        work()
    timing = {"seconds": [], "cpu_seconds": []}
    for _ in range(steps):
        cpu, start = time.process_time(), time.perf_counter()
        work()
        timing["seconds"].append(time.perf_counter() - start)
        timing["cpu_seconds"].append(time.process_time() - cpu)
    return timing


def profiled(work, rows):
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU]) as record:
        work()
    table = record.key_averages().table(sort_by="self_cpu_time_total", row_limit=rows)
    print(table, file=sys.stderr)


def peak_mebibytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(name, units, timing, **further):
    """The line that bench/run reads: units (pictures, lines) a second from the median, the memory, and further fields."""
    print(json.dumps({"name": name, "per_second": units / statistics.median(timing["seconds"]), **timing,
                      "peak_mebibytes": peak_mebibytes(), **further}), flush=True)
