"""Networks of the embedded default: a small PGGAN-layout generator, and the encoder and critic that train it.

All images are [n, 3, r, r] in [-1, 1]; `level` k stands for r = 4 * 2**k pixels.
Weights are stored unscaled and multiplied by gain / sqrt(fan_in) when used (equalised learning rate), as in PGGAN.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

Z_DIM = 128
#: Channels of the feature maps at 4, 8, 16, 32, 64 and 128 pixels.
CHANNELS = (128, 128, 96, 64, 32, 16)
TOP_LEVEL = len(CHANNELS) - 1


def resolution_of(level):
    return 4 * 2**level


def level_of(resolution):
    level = round(math.log2(resolution / 4))
    if not 1 <= level <= TOP_LEVEL or resolution_of(level) != resolution:
        raise ValueError(f"resolution {resolution}: use 8, 16, 32, 64 or 128")
    return level


class EqualizedConv(nn.Module):
    def __init__(self, inputs, outputs, kernel, padding, gain=math.sqrt(2)):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.scale = gain / math.sqrt(inputs * kernel * kernel)
        self.padding = padding

    def forward(self, x):
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


def pixel_norm(x):
    return x * torch.rsqrt(x.float().square().mean(1, keepdim=True) + 1e-8).to(x.dtype)


def leaky(x):
    return F.leaky_relu(x, 0.2)


def double(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


class Generator(nn.Module):
    """Two layers a level, each: pixel norm, (x2 nearest), convolution, leaky ReLU. The output is a 1x1 convolution."""

    def __init__(self):
        super().__init__()
        first = CHANNELS[0]
        layers = [EqualizedConv(Z_DIM, first, 4, 3), EqualizedConv(first, first, 3, 1)]
        for below, here in zip(CHANNELS, CHANNELS[1:]):
            layers += [EqualizedConv(below, here, 3, 1), EqualizedConv(here, here, 3, 1)]
        self.layers = nn.ModuleList(layers)
        self.to_rgb = nn.ModuleList([EqualizedConv(c, 3, 1, 0, gain=1.0) for c in CHANNELS])

    def forward(self, z, level, fade=1.0):
        """z [n, Z_DIM] -> [n, 3, r, r]; `fade` < 1 blends in the image of the level below (progressive growing)."""
        x = z.view(z.shape[0], -1, 1, 1)
        for k in range(level + 1):
            below = x
            x = pixel_norm(x)
            x = leaky(self.layers[2 * k](double(x) if k > 0 else x))
            x = leaky(self.layers[2 * k + 1](pixel_norm(x)))
        image = self.to_rgb[level](pixel_norm(x))
        if fade < 1:
            image = fade * image + (1 - fade) * double(self.to_rgb[level - 1](pixel_norm(below)))
        return image

    def checkpoint(self, level):
        """The weights in GAN Dissection's naming, which the project's importer reads."""
        r = resolution_of(level)
        state = {}
        for i, layer in enumerate(self.layers[: 2 * (level + 1)], start=1):
            state[f"layer{i}.conv.weight"] = layer.weight.detach().clone()
            state[f"layer{i}.wscale.b"] = layer.bias.detach().clone()
        state[f"output_{r}x{r}.conv.weight"] = self.to_rgb[level].weight.detach().clone()
        state[f"output_{r}x{r}.wscale.b"] = self.to_rgb[level].bias.detach().clone()
        return state


class ImageReader(nn.Module):
    """Encoder (image -> code) and critic (image -> realness): the generator mirrored.

    With `batch_statistics`, the last features see how much the images of a group differ (PGGAN's minibatch deviation),
    so that the critic notices a generator that always draws the same fruit.
    """

    def __init__(self, outputs, batch_statistics):
        super().__init__()
        self.batch_statistics = batch_statistics
        first = CHANNELS[0]
        self.from_rgb = nn.ModuleList([EqualizedConv(3, c, 1, 0) for c in CHANNELS])
        self.blocks = nn.ModuleList([EqualizedConv(up, down, 3, 1) for down, up in zip(CHANNELS, CHANNELS[1:])])
        self.final = nn.ModuleList(
            [
                EqualizedConv(first + int(batch_statistics), first, 3, 1),
                EqualizedConv(first, first, 4, 0),
                EqualizedConv(first, outputs, 1, 0, gain=1.0),
            ]
        )

    def forward(self, x, level, fade=1.0):
        h = leaky(self.from_rgb[level](x))
        for k in range(level, 0, -1):
            h = F.avg_pool2d(leaky(self.blocks[k - 1](h)), 2)
            if k == level and fade < 1:
                h = fade * h + (1 - fade) * leaky(self.from_rgb[level - 1](F.avg_pool2d(x, 2)))
        if self.batch_statistics:
            h = torch.cat([h, group_deviation(h)], 1)
        h = leaky(self.final[1](leaky(self.final[0](h))))
        return self.final[2](h).flatten(1).float()


def group_deviation(h, group=4):
    """Mean standard deviation of the features within groups of images, as one more 4x4 channel: [n, 1, 4, 4]."""
    n = h.shape[0]
    group = group if n % group == 0 else n
    deviation = h.float().view(group, n // group, *h.shape[1:]).var(0, unbiased=False).add(1e-8).sqrt()
    return deviation.mean((1, 2, 3)).view(-1, 1, 1, 1).repeat(group, 1, 4, 4).to(h.dtype)
