"""Trains the network that fills gaps on drawn pictures (drawn.npy of drawn.py).

    python3 fill.py MINUTES WEIGHTS.pt [--resume WEIGHTS.pt] [--rate 2e-3]

It sees a picture whose gaps are filled smoothly (the mean of their neighbours, Laplace's equation) and where they are, and draws what is to
be added there. What it sees and draws is in units of the contrast around each pixel: how smooth a gap is to be filled does not depend on how
pale the picture is, and where there is nothing to see nothing is added. Without that a network learns nothing in an hour.

The picture's detail (itself minus its mean over 9 x 9), twice its curvature (itself minus the mean of its four neighbours) and the gaps,
unshuffled by 2; 40 features, 7 inner layers, ReLU.

Gaps are single pixels at random (15 to 92 %), strokes 1 to 16 pixels wide, spots, and both together. The loss is the mean distance in the
gaps, by that of the smooth fill. Every fifth drawing is held out; the gain over the smooth fill there is printed every few minutes.
"""
import argparse
import math
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image, ImageDraw

from train import he_initialised, patch

CROSS = torch.tensor([[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]]).view(1, 1, 3, 3)


class Fill(nn.Module):
    def __init__(self, features=40, depth=7):
        super().__init__()
        layers = [nn.Conv2d(28, features, 3, 1, 1), nn.ReLU()]
        for _ in range(depth):
            layers += [nn.Conv2d(features, features, 3, 1, 1), nn.ReLU()]
        self.b = nn.Sequential(*layers, nn.Conv2d(features, 12, 3, 1, 1))

    def forward(self, smooth, unknown):
        detail = smooth - mean_over(smooth, 9)
        contrast = (mean_over(detail.square().mean(1, keepdim=True), 21) + 2e-5).sqrt()
        curvature = 2 * (smooth - mean_of_neighbours(smooth))
        seen = F.pixel_unshuffle(torch.cat([detail / contrast, curvature / contrast, unknown], 1), 2)
        return smooth + unknown * contrast * F.pixel_shuffle(self.b(seen).contiguous(), 2)


def mean_over(x, side):
    return F.avg_pool2d(x, side, 1, side // 2, count_include_pad=False)


def mean_of_neighbours(x):
    channels = x.shape[1]
    return F.conv2d(F.pad(x, (1, 1, 1, 1), mode='replicate'), CROSS.repeat(channels, 1, 1, 1), groups=channels)


def smooth_fill(y, known, sweeps=24):
    """Unknown pixels as the mean of their neighbours, coarse to fine. y [n, 3, h, w]; known, bool [n, 1, h, w]."""
    h, w = y.shape[2:]
    share = known.float()
    if min(h, w) <= 2:
        mean = (y * share).sum((2, 3), keepdim=True) / share.sum((2, 3), keepdim=True).clamp(min=1)
        return torch.where(known, y, mean.expand_as(y))
    evenly = (0, w % 2, 0, h % 2)
    shares = F.avg_pool2d(F.pad(share, evenly), 2)
    means = F.avg_pool2d(F.pad(y * share, evenly), 2) / shares.clamp(min=0.1)
    x = F.interpolate(smooth_fill(means, shares > 0, 12), scale_factor=2, mode='bilinear', align_corners=False)[:, :, :h, :w]
    for _ in range(sweeps):
        x = torch.where(known, y, mean_of_neighbours(torch.where(known, y, x)))
    return x


def gaps(side, rng):
    """Where a picture is unknown: bool [side, side]."""
    kind = rng.rand()
    if kind < 0.42:
        return rng.rand(side, side) < (0.5 if rng.rand() < 0.4 else rng.uniform(0.15, 0.92))
    image = Image.new('L', (side, side))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(1, 5)):
        start = rng.rand(2) * side
        width = int(rng.choice([1, 2, 3, 3, 3, 4, 5, 6, 8, 12, 16]))
        if rng.rand() >= 0.8:
            a, b = rng.uniform(2, 10, 2)
            draw.ellipse([start[0] - a, start[1] - b, start[0] + a, start[1] + b], fill=255)
        elif rng.rand() < 0.5:
            draw.line([*start, *(rng.rand(2) * side * 1.6 - side * 0.3)], fill=255, width=width)
        else:
            path = start + np.concatenate([np.zeros((1, 2)), rng.randn(4, 2) * side / 5]).cumsum(0)
            draw.line(list(map(tuple, path)), fill=255, width=width, joint='curve')
    marked = np.asarray(image) > 0
    return marked | (rng.rand(side, side) < 0.3) if kind < 0.5 else marked


def some_gaps(side, rng):
    while True:
        marked = gaps(side, rng)
        if marked.sum() > 20 and marked.mean() < 0.95:
            return marked


def decibels(a, b, unknown):
    square = ((a.clamp(0, 1) - b).square() * unknown).sum((1, 2, 3)) / (3 * unknown.sum((1, 2, 3)))
    return -10 * torch.log10(square + 1e-7)


def held_out(drawn):
    """Drawings that are not trained on, with every second pixel and with 16 strokes missing: name -> picture, gaps, smooth fill."""
    rng = np.random.RandomState(7)
    y = torch.from_numpy(np.array(drawn[::5, :128, :128])).permute(0, 3, 1, 2).float()[:32] / 255
    pixels = rng.rand(len(y), 128, 128) < 0.5
    strokes = np.zeros_like(pixels)
    for one in strokes:
        image = Image.new('L', (128, 128))
        for _ in range(16):
            ImageDraw.Draw(image).line(list(rng.rand(4) * 128), fill=255, width=3)
        one[:] = np.asarray(image) > 0
    cases = {}
    for name, marked in (('pixels', pixels), ('strokes', strokes)):
        unknown = torch.from_numpy(marked)[:, None]
        cases[name] = (y, unknown.float(), smooth_fill(y * ~unknown, ~unknown, 60))
    return cases


@torch.no_grad()
def gains(net, cases):
    told = []
    for name, (y, unknown, smooth) in cases.items():
        value = decibels(net(smooth, unknown), y, unknown) - decibels(smooth, y, unknown)
        told.append(f'{name} {value.mean():.2f} dB (least {value.min():.2f})')
    return ', '.join(told)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('minutes', type=float)
    parser.add_argument('weights')
    parser.add_argument('--resume')
    parser.add_argument('--rate', type=float, default=2e-3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    seed = int(time.time())
    torch.manual_seed(seed)
    rng = np.random.RandomState(seed)

    drawn = np.load('drawn.npy', mmap_mode='r')
    cases = held_out(drawn)
    trained_on = drawn[[i for i in range(len(drawn)) if i % 5 != 0]]
    net = he_initialised(Fill(), 0)
    if options.resume:
        net.load_state_dict(torch.load(options.resume))
    optimizer = torch.optim.Adam(net.parameters(), options.rate, betas=(0.9, 0.99))
    side, batch = 56, 8
    began = printed = time.time()
    step = 0
    print(f'{sum(p.numel() for p in net.parameters())} weights, gain at the start: {gains(net, cases)}', flush=True)
    while (share := (time.time() - began) / (options.minutes * 60)) < 1:
        for group in optimizer.param_groups:
            group['lr'] = options.rate * min(1, step / 50 + 0.02) * (0.5 + 0.5 * math.cos(math.pi * share))
        y = torch.stack([patch(trained_on, side) for _ in range(batch)])
        marked = torch.from_numpy(np.stack([some_gaps(side, rng) for _ in range(batch)]))[:, None]
        smooth, unknown = smooth_fill(y * ~marked, ~marked), marked.float()
        count = 3 * unknown.sum((1, 2, 3))
        over = lambda error: (error * unknown).sum((1, 2, 3)) / count
        x = net(smooth, unknown)
        loss = (over(((x - y).square() + 1e-6).sqrt()) / (over((smooth - y).square()).sqrt() + 0.02)).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step += 1
        if time.time() - printed > 180:
            printed = time.time()
            print(f'{share * options.minutes:.0f} min, step {step}: {gains(net, cases)}', flush=True)
            torch.save(net.state_dict(), options.weights)
    print(f'end, step {step}: {gains(net, cases)}')
    torch.save(net.state_dict(), options.weights)


if __name__ == '__main__':
    main()
