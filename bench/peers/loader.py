"""Training pictures in one Python process with Pillow and numpy: decode, resize 232, jitter, crop 224, flip, normalise, stack.

The transforms are torchvision's on Pillow pictures, written out: what a PyTorch user's DataLoader worker does.
"""
import pathlib
import random

import numpy as np
import torch
from PIL import Image, ImageEnhance

import measure

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


def shift_hue(image, shift):
    hue, saturation, value = image.convert("HSV").split()
    turned = np.asarray(hue) + np.array(shift * 255).astype(np.uint8)
    return Image.merge("HSV", (Image.fromarray(turned, "L"), saturation, value)).convert("RGB")


def jitter(image):
    changes = [
        lambda x: ImageEnhance.Brightness(x).enhance(random.uniform(0.6, 1.4)),
        lambda x: ImageEnhance.Contrast(x).enhance(random.uniform(0.6, 1.4)),
        lambda x: ImageEnhance.Color(x).enhance(random.uniform(0.6, 1.4)),
        lambda x: shift_hue(x, random.uniform(-0.1, 0.1)),
    ]
    random.shuffle(changes)
    for change in changes:
        image = change(image)
    return image


def training_tensor(file):
    with Image.open(file) as opened:
        image = opened.convert("RGB")
    image = image.resize((232, 232), Image.Resampling.BILINEAR)
    if random.random() < 0.2:
        image = jitter(image)
    left, top = random.randint(0, 8), random.randint(0, 8)
    image = image.crop((left, top, left + 224, top + 224))
    if random.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous().float().div(255)
    return pixels.sub_(MEAN).div_(DEVIATION)


def main():
    flags = measure.parser(__doc__, batch=100)
    flags.add_argument("--data", type=pathlib.Path, required=True, help="a folder of pictures")
    options = flags.parse_args()
    torch.set_num_threads(1)
    random.seed(1)
    files = sorted(file for file in options.data.rglob("*") if file.suffix in (".jpg", ".png"))

    def epoch():
        for first in range(0, len(files), options.batch):
            torch.stack([training_tensor(file) for file in files[first:first + options.batch]])

    measure.report("loader", len(files), measure.timed(epoch, options.steps, options.warmup))


if __name__ == "__main__":
    main()
