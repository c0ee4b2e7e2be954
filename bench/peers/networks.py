"""ViT, DAN and EMMA of the method's sections 2, 4 and 5, written plainly, as a PyTorch user would."""
import torch
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        n, tokens, width = x.shape
        qkv = self.qkv(x).reshape(n, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        x = F.scaled_dot_product_attention(q, k, v)
        return self.proj(x.transpose(1, 2).reshape(n, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class DropPath(nn.Module):
    """Stochastic depth: a sample's branch is dropped as a whole."""

    def __init__(self, probability):
        super().__init__()
        self.probability = probability

    def forward(self, x):
        if not self.training or self.probability == 0:
            return x
        keep = 1 - self.probability
        return x * x.new_empty(x.shape[0], 1, 1).bernoulli_(keep).div_(keep)


class Block(nn.Module):
    def __init__(self, width, heads, drop):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width, 4 * width)
        self.drop = DropPath(drop)

    def forward(self, x):
        x = x + self.drop(self.attn(self.norm1(x)))
        return x + self.drop(self.mlp(self.norm2(x)))


class PatchEmbed(nn.Module):
    def __init__(self, patch, width):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, patch)

    def forward(self, pictures):
        return self.proj(pictures).flatten(2).transpose(1, 2)


class ViT(nn.Module):
    def __init__(self, size=224, patch=16, width=768, depth=12, heads=12, drop_path=0.1):
        super().__init__()
        self.depth = depth
        self.patch_embed = PatchEmbed(patch, width)
        self.cls_token = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.pos_embed = nn.Parameter(torch.randn(1, (size // patch) ** 2 + 1, width) * 0.02)
        drops = [drop_path * i / (depth - 1) for i in range(depth)]
        self.blocks = nn.ModuleList(Block(width, heads, drop) for drop in drops)
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, pictures):
        x = self.patch_embed(pictures)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], dim=1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.norm(x)[:, 0]


def conv_bn(inputs, outputs, kernel, stride=1, padding=0, bias=False):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=bias),
                         nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv_bn(inputs, outputs, 3, stride, 1)
        self.second = conv_bn(outputs, outputs, 3, 1, 1)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = conv_bn(inputs, outputs, 1, stride)

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


class CrossAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        inner, squeeze = channels // 2, channels // 16
        self.reduce = conv_bn(channels, inner, 1, bias=True)
        self.square = conv_bn(inner, channels, 3, padding=1, bias=True)
        self.flat = conv_bn(inner, channels, (1, 3), padding=(0, 1), bias=True)
        self.tall = conv_bn(inner, channels, (3, 1), padding=(1, 0), bias=True)
        self.channel = nn.Sequential(nn.Linear(channels, squeeze), nn.BatchNorm1d(squeeze), nn.ReLU(),
                                     nn.Linear(squeeze, channels), nn.Sigmoid())

    def forward(self, x):
        y = self.reduce(x)
        y = F.relu(self.square(y) + self.flat(y) + self.tall(y)).sum(1, keepdim=True)
        pooled = (x * y).mean((2, 3))
        return pooled * self.channel(pooled)


class DAN(nn.Module):
    def __init__(self, classes=8, heads=4, width=64):
        super().__init__()
        last = 8 * width
        stages = [(width, width, 1), (width, 2 * width, 2), (2 * width, 4 * width, 2), (4 * width, last, 2)]
        self.stem = nn.Sequential(conv_bn(3, width, 7, 2, 3), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.trunk = nn.Sequential(*[nn.Sequential(Residual(a, b, s), Residual(b, b, 1))
                                     for a, b, s in stages])
        self.heads = nn.ModuleList(CrossAttention(last) for _ in range(heads))
        self.fc = nn.Linear(last, classes)
        self.bn = nn.BatchNorm1d(classes)

    def forward(self, pictures):
        x = self.trunk(self.stem(pictures))
        heads = torch.stack([head(x) for head in self.heads], dim=1)
        return self.bn(self.fc(F.log_softmax(heads, dim=1).sum(1)))


class EMMA(nn.Module):
    """A ViT (B/16 if nothing is said) with its head, a frozen DAN, and the VA head that sees the logits of both."""

    def __init__(self, size=224, width=768, heads=12, dan_width=64):
        super().__init__()
        self.vit = ViT(size=size, width=width, heads=heads)
        self.head = nn.Sequential(nn.Linear(width, 512), nn.ReLU(), nn.Linear(512, 20))
        self.cnn = DAN(width=dan_width).requires_grad_(False)
        self.va_head = nn.Sequential(nn.Linear(28, 256), nn.ReLU(), nn.Linear(256, 2))

    def train(self, mode=True):
        super().train(mode)
        self.cnn.eval()
        return self

    def forward(self, pictures):
        logits = self.head(self.vit(pictures))
        with torch.no_grad():
            cnn = self.cnn(pictures)
        va = self.va_head(torch.cat([cnn, logits.detach()], dim=1))
        return va, logits[:, :8], logits[:, 8:]
