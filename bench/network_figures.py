"""Speeds of the networks that the paper's are compared with, beside the packages that they come from."""
from entries import Entry, Figure

# mien's name: (title, package, side of the pictures, whether it is a CNN, which channels last may suit better)
NETWORKS = {
    "resnet18": ("ResNet-18", "torchvision", 224, True),
    "resnet50": ("ResNet-50", "torchvision", 224, True),
    "vgg-face": ("VGG-Face", "torchvision's VGG-16", 224, True),
    "inception-v3": ("InceptionV3", "torchvision", 299, True),
    "efficientnet-b0": ("EfficientNet-B0", "timm", 224, True),
    "efficientnet-b2": ("EfficientNet-B2", "timm", 260, True),
    "vit": ("ViT-B/16", "timm", 224, False),
    "clip-rn50": ("CLIP RN50", "open_clip", 224, True),
    "clip-vit-b32": ("CLIP ViT-B/32", "open_clip", 224, False),
    "clip-vit-b16": ("CLIP ViT-B/16", "open_clip", 224, False),
}
WORK = {"eval": ("evaluation", 8), "step": ("training step", 16)}


def _entry(network, work, precision):
    title, package, side, convolutional = NETWORKS[network]
    what, batch = WORK[work]

    def make(context):
        flags = ["--network", network, "--side", str(side), "--batch", str(batch), "--precision", precision,
                 "--threads", str(context.threads), "--steps", "3", "--warmup", "1"]
        peers = {package: context.peer("network_speed", "--work", work, *flags)}
        if convolutional:
            peers[package + ", channels last"] = context.peer("network_speed", "--work", work, "--channels-last", *flags)
        return Figure(title=f"{title} {what} at {side}, {precision}, batch {batch}", ours=[context.figures, "network-" + work, *flags],
                      peers=peers, goal="at least 0.97 times the package's", rounds=3)

    return Entry(f"network-{work}-{network}-{precision}", make, precision, only_native=True, quick=False)


ENTRIES = [_entry(network, work, precision) for precision in ("float32", "bfloat16") for network in NETWORKS for work in WORK]
