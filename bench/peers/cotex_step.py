"""The training step of masked CoTEX (two ViT-B/16 at 224) in eager PyTorch: masks, forward, losses, backward, clipping, AdamW."""
import torch
from torch import nn
from torch.nn import functional as F

import measure
from networks import ViT

VIEWS, CLASSES, LAMBDA = 2, 6, 33.3


class MaskedViT(ViT):
    """A ViT with one linear head that reads a random part of the patches, drawn for each picture as MAE does."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(self.norm.normalized_shape[0], CLASSES)

    def forward(self, pictures, mask):
        x = self.patch_embed(pictures) + self.pos_embed[:, 1:]
        if mask > 0:
            kept = int(x.shape[1] * (1 - mask) + 1e-9)
            order = torch.rand(x.shape[:2], device=x.device).argsort(dim=1)[:, :kept]
            x = x.gather(1, order.unsqueeze(-1).expand(-1, -1, x.shape[2]))
        first = (self.cls_token + self.pos_embed[:, :1]).expand(len(x), -1, -1)
        x = torch.cat([first, x], dim=1)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


def entropy(p):
    return -(p * p.log()).sum(-1)


def cotex_loss(views, labels):
    views = [view.float() for view in views]
    p = torch.stack([F.softmax(view, dim=1) for view in views])
    agreement = (entropy(p.mean(0)) - entropy(p).mean(0)).mean()
    return LAMBDA * agreement + sum(F.cross_entropy(view, labels) for view in views)


def parameter_groups(views):
    groups = {}
    for model in views:
        for name, value in model.named_parameters():
            layer = model.depth + 1
            if name.startswith("blocks."):
                layer = int(name.split(".")[1]) + 1
            elif name.startswith(("patch_embed", "cls_token", "pos_embed")):
                layer = 0
            decay = 0.0 if value.ndim == 1 or name in ("cls_token", "pos_embed") else 0.15
            group = groups.setdefault((layer, decay), {
                "params": [], "weight_decay": decay, "lr": 5e-4 * 0.65 ** (model.depth + 1 - layer)})
            group["params"].append(value)
    return list(groups.values())


def main():
    flags = measure.parser(__doc__)
    flags.add_argument("--mask", type=int, default=0, help="per cent of the patches")
    options = flags.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    views = nn.ModuleList(MaskedViT() for _ in range(VIEWS)).train()
    optimiser = torch.optim.AdamW(parameter_groups(views), betas=(0.9, 0.999), fused=True)
    pictures = torch.randn(options.batch, 3, 224, 224)
    labels = torch.randint(CLASSES, (options.batch,))

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16"):
            outputs = [view(pictures, options.mask / 100) for view in views]
        cotex_loss(outputs, labels).backward()
        torch.nn.utils.clip_grad_norm_(views.parameters(), 0.05)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    timing = measure.timed(step, options.steps, options.warmup)
    if options.profile:
        measure.profiled(step, options.profile)
    measure.report("cotex-step", options.batch, timing)


if __name__ == "__main__":
    main()
