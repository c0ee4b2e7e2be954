"""A network of another package: evaluation, or a training step (forward, cross entropy, backward, clipping, fused AdamW)."""
import torch
from torch.nn import functional as F

import measure
from packages import NETWORKS

CLASSES = 6
AUXILIARY = 0.4  # weight of InceptionV3's second head


def loss_of(outputs, labels):
    if torch.is_tensor(outputs):
        return F.cross_entropy(outputs.float(), labels)
    return F.cross_entropy(outputs.logits.float(), labels) + AUXILIARY * F.cross_entropy(outputs.aux_logits.float(), labels)


def main():
    flags = measure.parser(__doc__, batch=8)
    flags.add_argument("--network", choices=NETWORKS, required=True)
    flags.add_argument("--work", choices=["eval", "step"], required=True)
    flags.add_argument("--side", type=int, default=224)
    flags.add_argument("--channels-last", action="store_true", help="pictures and kernels in the layout that is fastest for most CNNs")
    options = flags.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network = NETWORKS[options.network](CLASSES).train(options.work == "step")
    pictures = torch.randn(options.batch, 3, options.side, options.side)
    if options.channels_last:
        network, pictures = (x.to(memory_format=torch.channels_last) for x in (network, pictures))
    labels = torch.randint(CLASSES, (options.batch,))
    half = torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16")
    optimiser = torch.optim.AdamW(network.parameters(), lr=7.8e-4, weight_decay=0.05, fused=True)

    def evaluate():
        with torch.no_grad(), half:
            network(pictures)

    def step():
        with half:
            outputs = network(pictures)
        loss_of(outputs, labels).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 0.05)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    work = evaluate if options.work == "eval" else step
    timing = measure.timed(work, options.steps, options.warmup)
    if options.profile:
        measure.profiled(work, options.profile)
    measure.report("network-" + options.work, options.batch, timing)


if __name__ == "__main__":
    main()
