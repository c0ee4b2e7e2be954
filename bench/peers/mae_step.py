"""The training step of MAE (ViT-B/16 at 224, 75 % masked) with transformers' ViTMAE: forward, loss, backward, AdamW."""
import torch
from transformers import ViTMAEConfig, ViTMAEForPreTraining

import measure


def parameter_groups(model):
    """Weight decay on matrices alone."""
    groups = {0.0: [], 0.05: []}
    for name, value in model.named_parameters():
        if value.requires_grad:
            groups[0.0 if value.ndim == 1 or name.endswith("_token") else 0.05].append(value)
    return [{"params": values, "weight_decay": decay} for decay, values in groups.items()]


def main():
    options = measure.parser(__doc__).parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    # The configuration's defaults are the published ViT-B/16 and its decoder of 512 x 8 x 16.
    config = ViTMAEConfig(norm_pix_loss=True, mask_ratio=0.75, attn_implementation="sdpa")
    model = ViTMAEForPreTraining(config).train()
    optimiser = torch.optim.AdamW(parameter_groups(model), lr=2.4e-3, betas=(0.9, 0.95), fused=True)
    pictures = torch.randn(options.batch, 3, 224, 224)

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16"):
            loss = model(pictures).loss
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    timing = measure.timed(step, options.steps, options.warmup)
    if options.profile:
        measure.profiled(step, options.profile)
    measure.report("mae-step", options.batch, timing)


if __name__ == "__main__":
    main()
