"""Evaluation of ViT-B/16 at 224 (768 -> 512 -> 20 head) in PyTorch: eager, or torch.compile with frozen weights."""
import torch
from torch import nn

import measure
from networks import ViT


def main():
    flags = measure.parser(__doc__, batch=8)
    flags.add_argument("--mode", choices=["eager", "compile"], default="eager")
    options = flags.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    dtype = getattr(torch, options.precision)
    head = nn.Sequential(nn.Linear(768, 512), nn.ReLU(), nn.Linear(512, 20))
    model = nn.Sequential(ViT(), head).eval().to(dtype)
    pictures = torch.randn(options.batch, 3, 224, 224, dtype=dtype)
    run = model
    if options.mode == "compile":
        torch._inductor.config.freezing = True
        run = torch.compile(model)

    with torch.no_grad():
        timing = measure.timed(lambda: run(pictures), options.steps, options.warmup)
        if options.profile:
            measure.profiled(lambda: run(pictures), options.profile)
    measure.report("vit-eval", options.batch, timing)


if __name__ == "__main__":
    main()
