"""What this machine reaches in the matrix products of ViT-B's layers: the limit that steps are measured against."""
import json

import torch

import measure

TOKENS = 197
# Outputs and inputs of ViT-B's four products a block: qkv, projection, the MLP's two.
SHAPES = [(2304, 768), (768, 768), (3072, 768), (768, 3072)]


def seconds_of(rows, outputs, inputs, dtype, options):
    x = torch.randn(rows, inputs, dtype=dtype)
    weight = torch.randn(outputs, inputs, dtype=dtype)
    # The best, not the median: a limit is what was reached at least once.
    return min(measure.timed(lambda: torch.nn.functional.linear(x, weight),
                             options.steps, options.warmup)["seconds"])


def main():
    options = measure.parser(__doc__, batch=8).parse_args()
    torch.set_num_threads(options.threads)
    dtype = getattr(torch, options.precision)
    rows = options.batch * TOKENS
    with torch.no_grad():
        each = {f"{rows}x{i}x{o}": (2e-9 * rows * i * o, seconds_of(rows, o, i, dtype, options))
                for o, i in SHAPES}
    work, time = (sum(pair[k] for pair in each.values()) for k in (0, 1))
    print(json.dumps({
        "name": "matmul-limit",
        "gigaflops": work / time,
        "shapes": {shape: flop / seconds for shape, (flop, seconds) in each.items()},
        "precision": options.precision,
        "torch": torch.__version__,
    }), flush=True)


if __name__ == "__main__":
    main()
