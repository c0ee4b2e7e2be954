"""The networks of the packages that mien's are compared with, fresh weights: torchvision, timm, open_clip."""
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/fixtures"))
import clip_encoders  # noqa: E402
import torchvision_operators  # noqa: E402, F401 (before torchvision)


def torchvision_network(name, **options):
    import torchvision
    return torchvision.models.get_model(name, weights=None, **options)


def timm_network(name, **options):
    import timm
    return timm.create_model(name, **options)


def clip_network(make, width, classes):
    """open_clip's image encoder with a linear layer over its embedding."""
    return torch.nn.Sequential(make(*clip_encoders.import_encoders()), torch.nn.Linear(width, classes))


def clip_vit(patch, classes):
    return clip_network(lambda _, transformer: transformer.VisionTransformer(
        image_size=224, patch_size=patch, width=768, layers=12, heads=12, mlp_ratio=4.0, output_dim=512,
        act_layer=transformer.QuickGELU), 512, classes)


def clip_resnet(classes):
    return clip_network(lambda resnet, _: resnet.ModifiedResNet([3, 4, 6, 3], 1024, 32, 224, 64), 1024, classes)


# mien's name: what makes the package's network for a number of classes
NETWORKS = {
    "resnet18": lambda classes: torchvision_network("resnet18", num_classes=classes),
    "resnet50": lambda classes: torchvision_network("resnet50", num_classes=classes),
    "vgg-face": lambda classes: torchvision_network("vgg16", num_classes=classes),
    "inception-v3": lambda classes: torchvision_network("inception_v3", num_classes=classes, init_weights=False),
    "efficientnet-b0": lambda classes: timm_network("efficientnet_b0", num_classes=classes, drop_rate=0.2),
    "efficientnet-b2": lambda classes: timm_network("efficientnet_b2", num_classes=classes, drop_rate=0.3),
    "vit": lambda classes: timm_network("vit_base_patch16_224", num_classes=classes, drop_path_rate=0.1),
    "clip-vit-b32": lambda classes: clip_vit(32, classes),
    "clip-vit-b16": lambda classes: clip_vit(16, classes),
    "clip-rn50": clip_resnet,
}
