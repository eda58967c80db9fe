"""The same network, loss and optimiser in PyTorch, as a contender: torch_step.py batched|loop CASE.

"batched" runs the codes through the first layers as one batch, "loop" one after the other as the paper's published
code does. See contender.ts for the protocol.
"""
import json
import math
import sys
import time

import torch
import torch.nn.functional as F

from torch_contender import serve

mode, case = sys.argv[1], json.loads(sys.argv[2])
torch.set_num_threads(case["threads"])
torch.manual_seed(0)
codes, cut = case["codes"], case["layer"]


def weights(inputs, outputs, kernel, gain):
    """Scaled once here, as the engine folds the equalised learning rate into its slices."""
    weight = torch.randn(outputs, inputs, kernel, kernel) * (gain / math.sqrt(inputs * kernel * kernel))
    return weight, 0.1 * torch.randn(outputs)


layers = []
for level, channels in enumerate(case["channels"]):
    below = case["zDim"] if level == 0 else case["channels"][level - 1]
    layers.append((*weights(below, channels, 4 if level == 0 else 3, math.sqrt(2)), level > 0))
    layers.append((*weights(channels, channels, 3, math.sqrt(2)), False))
to_rgb = weights(case["channels"][-1], 3, 1, 1.0)


def pixel_norm(x):
    return x / torch.sqrt(x.square().mean(1, keepdim=True) + 1e-8)


def run(x, part, first):
    for i, (weight, bias, upsample) in enumerate(part):
        x = pixel_norm(x)
        if upsample:
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = F.leaky_relu(F.conv2d(x, weight, bias, padding=3 if first and i == 0 else 1), 0.2)
    return x


def head(z):
    return run(z.view(len(z), -1, 1, 1), layers[:cut], True)


VGG = [64, 64, None, 128, 128, None, 256, 256, 256]
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def random_vgg():
    kernels, below = [], 3
    for channels in VGG:
        kernels.append(channels and torch.randn(channels, below, 3, 3) * math.sqrt(2 / (9 * below)))
        below = channels or below
    return kernels


def look(image):
    """Features of a 256 x 256 nearest neighbour of the image, as the published code takes them."""
    x = F.interpolate(((image + 1) / 2 - MEAN) / DEVIATION, size=(256, 256), mode="nearest")
    for kernel in vgg:
        x = F.max_pool2d(x, 2) if kernel is None else F.relu(F.conv2d(x, kernel, padding=1))
    return x


def step():
    features = head(z) if mode == "batched" else torch.cat([head(z[n : n + 1]) for n in range(codes)])
    composed = (features * alpha.view(codes, -1, 1, 1)).sum(0, keepdim=True)
    image = F.conv2d(pixel_norm(run(composed, layers[cut:], False)), *to_rgb)
    reduced = F.avg_pool2d(image, case["factor"])
    loss = F.mse_loss(reduced, target)
    if case["perceptual"]:
        loss = loss + 0.5 * F.l1_loss(look(reduced), seen)
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    return loss.item()


side = 4 * 2 ** (len(case["channels"]) - 1) // case["factor"]
target = torch.full((1, 3, side, side), 0.25)
if case["perceptual"]:
    vgg = random_vgg()
    seen = look(target)


began = time.perf_counter()
z = torch.randn(codes, case["zDim"], requires_grad=True)
alpha = torch.full((codes, layers[cut - 1][0].shape[0]), 1 / codes, requires_grad=True)
adam = torch.optim.Adam([{"params": [z], "lr": 0.1}, {"params": [alpha], "lr": 0.03}])
serve(step, began)
