"""The training step of EMMA (ViT-B/16 at 224 and a frozen DAN) in eager PyTorch: forward, losses, backward, clipping, AdamW."""
import torch
from torch.nn import functional as F

import measure
from networks import EMMA


def drawn_batch(n):
    """Pictures of noise and labels of all three tasks, a third of them missing."""
    generator = torch.Generator().manual_seed(1)
    pictures = torch.randn(n, 3, 224, 224, generator=generator)
    missing = torch.rand(n, 3, generator=generator) < 1 / 3
    va = (torch.rand(n, 2, generator=generator) * 2 - 1).masked_fill(missing[:, :1], -5)
    expression = torch.randint(8, (n,), generator=generator).masked_fill(missing[:, 1], -1)
    units = torch.randint(2, (n, 12), generator=generator).float().masked_fill(missing[:, 2:], -1)
    return pictures, va, expression, units


def concordance(a, b):
    mean_a, mean_b = a.mean(), b.mean()
    covariance = ((a - mean_a) * (b - mean_b)).mean()
    spread = a.var(unbiased=False) + b.var(unbiased=False) + (mean_a - mean_b) ** 2
    return 2 * covariance / spread


def emma_loss(outputs, va, expression, units):
    va_out, expression_out, units_out = (x.float() for x in outputs)
    valid = units >= 0
    loss = F.binary_cross_entropy_with_logits(units_out[valid], units[valid])
    loss = loss + F.cross_entropy(expression_out, expression, ignore_index=-1)
    rows = (va >= -1).all(1)
    return loss + 1 - sum(concordance(va_out[rows, i], va[rows, i]) for i in range(2))


def layer_of(name, depth):
    if name.startswith("vit.blocks."):
        return int(name.split(".")[2]) + 1
    return 0 if name.startswith(("vit.patch_embed", "vit.cls_token", "vit.pos_embed")) else depth + 1


def make_optimisers(model, fused):
    groups = {}
    for name, value in model.named_parameters():
        if not value.requires_grad or name.startswith("va_head."):
            continue
        layer = layer_of(name, model.vit.depth)
        decay = 0.0 if value.ndim == 1 or name in ("vit.cls_token", "vit.pos_embed") else 0.05
        group = groups.setdefault((layer, decay), {
            "params": [], "weight_decay": decay,
            "lr": 7.8e-4 * 0.65 ** (model.vit.depth + 1 - layer)})
        group["params"].append(value)
    main = torch.optim.AdamW(list(groups.values()), betas=(0.9, 0.999), fused=fused)
    return main, torch.optim.Adam(model.va_head.parameters(), lr=1e-4, fused=fused)


def main():
    flags = measure.parser(__doc__)
    flags.add_argument("--optimiser", choices=["fused", "default"], default="fused",
                       help="AdamW's fused kernel, or what PyTorch takes when nothing is said")
    options = flags.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = EMMA().train()
    optimisers = make_optimisers(model, True if options.optimiser == "fused" else None)
    main_parameters = [p for group in optimisers[0].param_groups for p in group["params"]]
    pictures, *labels = drawn_batch(options.batch)

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16"):
            outputs = model(pictures)
        emma_loss(outputs, *labels).backward()
        torch.nn.utils.clip_grad_norm_(main_parameters, 0.05)
        torch.nn.utils.clip_grad_norm_(model.va_head.parameters(), 0.05)
        for optimiser in optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)

    timing = measure.timed(step, options.steps, options.warmup)
    if options.profile:
        measure.profiled(step, options.profile)
    measure.report("emma-step", options.batch, timing)


if __name__ == "__main__":
    main()
