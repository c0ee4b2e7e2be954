"""What machine this is, in the words that stand above a table."""
import os
import pathlib


def load():
    return " ".join(pathlib.Path("/proc/loadavg").read_text().split()[:3])


def describe():
    fields = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    flags = fields.get("flags", "").split()
    extensions = [name for name in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if name in flags]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (f"{fields.get('model name', 'unknown processor')} (family {fields.get('cpu family', '?')}, model "
            f"{fields.get('model', '?')}), {os.cpu_count()} cores, {' '.join(extensions) or 'no AVX2'}, {memory:.0f} GiB")
