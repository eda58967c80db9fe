"""Trains the two small restoration networks on drawn pictures (drawn.npy of drawn.py).

    python3 train.py enlarge|denoise MINUTES WEIGHTS.pt [--resume WEIGHTS.pt] [--rate 8e-4]

`enlarge`: x4, 40 features, 10 inner layers, PReLU; the pixel-shuffled output is added to a bicubic enlargement. Trained with the
           low-resolution picture put back (x + up(y - down(x)), down = mean over 4 x 4), as it is used.
`denoise`: the picture unshuffled by 2 and a plane with the noise's standard deviation (0..1), 48 features, 8 inner layers, ReLU;
           the output is subtracted.

The loss is the logarithm of each patch's mean square error, so that a decibel counts the same in a smooth patch and in a busy one.
Every fifth drawing is held out; the gain over the plain baseline there is printed every few minutes.
"""
import argparse
import math
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Enlarge(nn.Module):
    def __init__(self, features=40, depth=10):
        super().__init__()
        layers = [nn.Conv2d(3, features, 3, 1, 1, padding_mode='reflect'), nn.PReLU(features)]
        for _ in range(depth):
            layers += [nn.Conv2d(features, features, 3, 1, 1), nn.PReLU(features)]
        self.b = nn.Sequential(*layers, nn.Conv2d(features, 48, 3, 1, 1))

    def forward(self, y):
        x = F.pixel_shuffle(self.b(y).contiguous(), 4) + bicubic(y)
        return x + bicubic(y - F.avg_pool2d(x, 4))


class Denoise(nn.Module):
    def __init__(self, features=48, depth=8):
        super().__init__()
        layers = [nn.Conv2d(13, features, 3, 1, 1), nn.ReLU()]
        for _ in range(depth):
            layers += [nn.Conv2d(features, features, 3, 1, 1), nn.ReLU()]
        self.b = nn.Sequential(*layers, nn.Conv2d(features, 12, 3, 1, 1))

    def forward(self, y, sigma):
        u = F.pixel_unshuffle(y, 2)
        plane = sigma.view(-1, 1, 1, 1).expand(-1, 1, *u.shape[2:])
        return y - F.pixel_shuffle(self.b(torch.cat([u, plane], 1)).contiguous(), 2)


def bicubic(y):
    return F.interpolate(y, scale_factor=4, mode='bicubic', align_corners=False)


def he_initialised(net, slope):
    """PyTorch's default lets a plain deep stack begin with a vanished signal, and nothing is learned."""
    for m in net.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, a=slope)
            nn.init.zeros_(m.bias)
    with torch.no_grad():
        net.b[-1].weight.mul_(0.1)
    return net


def patch(drawn, side):
    """A random patch [3, side, side] in 0..1: flipped, turned, smaller, paler or greyer at random."""
    scale = 2 if torch.rand(1) < 0.25 else 1
    n, (a, b) = torch.randint(len(drawn), (1,)).item(), torch.randint(drawn.shape[1] - side * scale + 1, (2,)).tolist()
    p = torch.from_numpy(drawn[n, a : a + side * scale, b : b + side * scale]).permute(2, 0, 1).float() / 255
    if scale == 2:
        p = F.avg_pool2d(p[None], 2)[0]
    if torch.rand(1) < 0.5:
        p = p.flip(2)
    if torch.rand(1) < 0.5:
        p = p.transpose(1, 2)
    if torch.rand(1) < 0.4:
        p = (p - 0.5) * (0.4 + 0.6 * torch.rand(1)) + 0.5
    if torch.rand(1) < 0.3:
        grey = p.mean(0, keepdim=True)
        p = grey + (p - grey) * torch.rand(1)
    return p.clamp(0, 1)


def decibels(a, b):
    return -10 * torch.log10((a.clamp(0, 1) - b).square().mean(dim=(1, 2, 3)))


def gain(task, net, held):
    """Mean gain in dB over bicubic, or over the noisy picture at a standard deviation of 25/255."""
    net.eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        if task == 'enlarge':
            y = F.avg_pool2d(held, 4)
            value = decibels(net(y), held) - decibels(bicubic(y), held)
        else:
            y = held + torch.randn(held.shape, generator=generator) * 25 / 255
            value = decibels(net(y, torch.full((len(y),), 25 / 255)), held) - decibels(y, held)
    net.train()
    return value.mean().item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('task', choices=['enlarge', 'denoise'])
    parser.add_argument('minutes', type=float)
    parser.add_argument('weights')
    parser.add_argument('--resume')
    parser.add_argument('--rate', type=float, default=8e-4)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(int(time.time()))

    drawn = np.load('drawn.npy', mmap_mode='r')
    held = torch.from_numpy(np.array(drawn[::5, :128, :128])).permute(0, 3, 1, 2).float()[:48] / 255
    trained_on = drawn[[i for i in range(len(drawn)) if i % 5 != 0]]
    enlarges = options.task == 'enlarge'
    net = he_initialised(Enlarge() if enlarges else Denoise(), 0.25 if enlarges else 0)
    if options.resume:
        net.load_state_dict(torch.load(options.resume))
    optimizer = torch.optim.Adam(net.parameters(), options.rate)
    side, batch = (128, 12) if enlarges else (64, 12)
    began = printed = time.time()
    step = 0
    print(f'{sum(p.numel() for p in net.parameters())} weights, gain at the start {gain(options.task, net, held):.2f} dB', flush=True)
    while (share := (time.time() - began) / (options.minutes * 60)) < 1:
        for group in optimizer.param_groups:
            group['lr'] = options.rate * min(1, step / 100 + 0.01) * (0.5 + 0.5 * math.cos(math.pi * share))
        y = torch.stack([patch(trained_on, side) for _ in range(batch)])
        if enlarges:
            x = net(F.avg_pool2d(y, 4))
        else:
            sigma = torch.rand(batch) * 60 / 255
            x = net(y + torch.randn_like(y) * sigma.view(-1, 1, 1, 1), sigma)
        loss = (x - y).square().mean(dim=(1, 2, 3)).add(1e-4).log().mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step += 1
        if time.time() - printed > 180:
            printed = time.time()
            print(f'{share * options.minutes:.0f} min, step {step}: gain {gain(options.task, net, held):.2f} dB', flush=True)
            torch.save(net.state_dict(), options.weights)
    print(f'end, step {step}: gain {gain(options.task, net, held):.2f} dB')
    torch.save(net.state_dict(), options.weights)


if __name__ == '__main__':
    main()
