"""The untrained prior's network, loss and optimiser in PyTorch, as a contender: torch_hourglass.py CASE.

See contender.ts for the protocol and src/engine/untrained/hourglass.ts for the network.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from torch_contender import serve

case = json.loads(sys.argv[1])
torch.set_num_threads(case["threads"])
torch.manual_seed(0)
side, width, factor = case["side"], case["width"], case["factor"]
SKIP = 4


def convolution(inputs, outputs, kernel, stride=1):
    pad = {"padding": 1, "padding_mode": "reflect"} if kernel > 1 else {}
    return nn.Conv2d(inputs, outputs, kernel, stride, **pad)


def block(inputs, outputs, kernel, stride=1):
    return [convolution(inputs, outputs, kernel, stride), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]


skip = nn.Sequential(*block(3, SKIP, 1))
inner = nn.Sequential(
    *block(3, width, 3, 2),
    *block(width, width, 3),
    nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
)
joined = nn.Sequential(
    nn.BatchNorm2d(SKIP + width),
    *block(SKIP + width, width, 3),
    *block(width, width, 1),
    nn.Conv2d(width, 3, 1),
    nn.Sigmoid(),
)
moving = []
for part in (skip, inner, joined):
    for module in part.modules():
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad_(isinstance(module, nn.BatchNorm2d))
            if parameter.requires_grad:
                moving.append(parameter)
target = torch.full((1, 3, side // factor, side // factor), 0.25)


def step():
    image = 2 * joined(torch.cat([skip(x), inner(x)], 1)) - 1
    variation = (image[:, :, 1:] - image[:, :, :-1]).abs().mean() + (image[..., 1:] - image[..., :-1]).abs().mean()
    loss = torch.sqrt(F.mse_loss(F.avg_pool2d(image, factor), target) + 1e-8) + 0.75 * variation
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    return loss.item()


began = time.perf_counter()
x = (0.1 * torch.rand(1, 3, side, side)).requires_grad_()
adam = torch.optim.Adam([*moving, x], lr=0.5)
serve(step, began)
