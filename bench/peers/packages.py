"""The networks of the packages that mien's are compared with, fresh weights: torchvision, timm, open_clip."""
import importlib
import importlib.util
import pathlib
import sys
import types

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/fixtures"))
import torchvision_operators  # noqa: E402, F401 (before torchvision)


def torchvision_network(name, **options):
    import torchvision
    return torchvision.models.get_model(name, weights=None, **options)


def timm_network(name, **options):
    import timm
    return timm.create_model(name, **options)


def clip_network(make, width, classes):
    """open_clip's image encoder with a linear layer over its embedding, without the package's text side."""
    package = types.ModuleType("open_clip")
    package.__path__ = list(importlib.util.find_spec("open_clip").submodule_search_locations)
    sys.modules["open_clip"] = package
    encoder = make(importlib.import_module("open_clip.modified_resnet"), importlib.import_module("open_clip.transformer"))
    return torch.nn.Sequential(encoder, torch.nn.Linear(width, classes))


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
