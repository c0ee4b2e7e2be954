"""The networks of the packages that mien's are compared with, fresh weights: torchvision, timm, open_clip."""
import importlib
import importlib.util
import sys
import types

import torch

# Operators of torchvision's own library, which may not load beside a torch for CPUs; no network here uses them.
OPERATORS = ("nms", "qnms")


def import_torchvision():
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in OPERATORS:
        if not hasattr(torch.ops.torchvision, name):
            library.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision
    return torchvision, library


def torchvision_network(name, **options):
    torchvision, _ = import_torchvision()
    return torchvision.models.get_model(name, weights=None, **options)


def timm_network(name, **options):
    import_torchvision()
    import timm
    return timm.create_model(name, **options)


def clip_network(make, width, classes):
    """open_clip's image encoder with a linear layer over its embedding, without the package's text side."""
    import_torchvision()
    package = types.ModuleType("open_clip")
    package.__path__ = list(importlib.util.find_spec("open_clip").submodule_search_locations)
    sys.modules["open_clip"] = package
    encoder = make(importlib.import_module("open_clip.modified_resnet"), importlib.import_module("open_clip.transformer"))
    return torch.nn.Sequential(encoder, torch.nn.Linear(width, classes))


def clip_vit(patch, classes):
    return clip_network(lambda _, transformer: transformer.VisionTransformer(
        image_size=224, patch_size=patch, width=768, layers=12, heads=12, mlp_ratio=4.0, output_dim=512), 512, classes)


def clip_resnet(classes):
    return clip_network(lambda resnet, _: resnet.ModifiedResNet([3, 4, 6, 3], 1024, 32, 224, 64), 1024, classes)


# mien's name: (package, what makes its network for a number of classes)
NETWORKS = {
    "resnet18": ("torchvision", lambda classes: torchvision_network("resnet18", num_classes=classes)),
    "resnet50": ("torchvision", lambda classes: torchvision_network("resnet50", num_classes=classes)),
    "vgg-face": ("torchvision's VGG-16", lambda classes: torchvision_network("vgg16", num_classes=classes)),
    "inception-v3": ("torchvision", lambda classes: torchvision_network("inception_v3", num_classes=classes, init_weights=False)),
    "efficientnet-b0": ("timm", lambda classes: timm_network("efficientnet_b0", num_classes=classes)),
    "efficientnet-b2": ("timm", lambda classes: timm_network("efficientnet_b2", num_classes=classes)),
    "vit": ("timm", lambda classes: timm_network("vit_base_patch16_224", num_classes=classes, drop_path_rate=0.1)),
    "clip-vit-b32": ("open_clip", lambda classes: clip_vit(32, classes)),
    "clip-vit-b16": ("open_clip", lambda classes: clip_vit(16, classes)),
    "clip-rn50": ("open_clip", clip_resnet),
}
