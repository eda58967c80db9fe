"""An RRDBNet as Real-ESRGAN computes it. Usage: torch_rrdb.py CASE; see contender.ts for the protocol."""
import json
import sys
import time

import torch
import torch.nn.functional as F

from torch_contender import serve

case = json.loads(sys.argv[1])
file, side, blocks, threads = (case[name] for name in ("file", "side", "blocks", "threads"))
torch.set_num_threads(threads)
weights = torch.load(file)["params_ema"]


def conv(name, x):
    return F.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=1)


def lrelu(x):
    return F.leaky_relu(x, 0.2, inplace=True)


def dense(name, x):
    seen = [x]
    for i in (1, 2, 3, 4):
        seen.append(lrelu(conv(f"{name}.conv{i}", torch.cat(seen, 1))))
    return conv(f"{name}.conv5", torch.cat(seen, 1)) * 0.2 + x


def block(name, x):
    y = x
    for part in (1, 2, 3):
        y = dense(f"{name}.rdb{part}", y)
    return y * 0.2 + x


def enlarge(x):
    first = conv("conv_first", x)
    y = first
    for i in range(blocks):
        y = block(f"body.{i}", y)
    y = first + conv("conv_body", y)
    for up in ("conv_up1", "conv_up2"):
        y = lrelu(conv(up, F.interpolate(y, scale_factor=2, mode="nearest")))
    return conv("conv_last", lrelu(conv("conv_hr", y)))


def step():
    with torch.no_grad():
        enlarge(x)
    return 0.0


began = time.perf_counter()
x = torch.full((1, 3, side, side), 0.25)
serve(step, began)
