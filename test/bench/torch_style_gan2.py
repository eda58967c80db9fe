"""W+ steps of a StyleGAN2 with random weights as the published code computes them where it takes gradients: styles scale activations, a transposed convolution and
the reference form of upfirdn2d enlarge. Usage: torch_style_gan2.py CASE; see contender.ts for the protocol."""
import json
import math
import sys
import time

import torch
import torch.nn.functional as F

from torch_contender import serve

case = json.loads(sys.argv[1])
res, codes, layer, threads = (case[name] for name in ("resolution", "codes", "layer", "threads"))
torch.set_num_threads(threads)
torch.manual_seed(0)
base = 16384
ch = lambda r: min(base // r, 512)
FIR = torch.tensor([1., 3., 3., 1.]); FIR = FIR[:, None] * FIR[None] / 64
sides = [2 ** i for i in range(2, int(math.log2(res)) + 1)]
layers = []
for s in sides:
    if s > 4: layers.append((ch(s // 2), ch(s), s, True))
    layers.append((ch(s), ch(s), s, False))
P = [dict(w=torch.randn(o, i, 3, 3), aw=torch.randn(i, 512) / 512 ** .5, ab=torch.ones(i), b=torch.randn(o) * .1, n=torch.randn(s, s) * .1) for i, o, s, u in layers]
R = [dict(w=torch.randn(3, ch(s), 1, 1) / ch(s) ** .5, aw=torch.randn(ch(s), 512) / 512 ** .5, ab=torch.ones(ch(s)), b=torch.zeros(3)) for s in sides]
const = torch.randn(1, ch(4), 4, 4)
def fir(x, gain):
    c = x.shape[1]
    return F.conv2d(x, (FIR * gain)[None, None].repeat(c, 1, 1, 1), groups=c)
def conv(x, k, w):
    i, o, s, up = layers[k]; p = P[k]
    st = F.linear(w, p['aw'], p['ab'])
    W = p['w']
    d = ((W.square().sum([2, 3])[None] * st.square()[:, None]).sum(2) + 1e-8).rsqrt()
    x = x * st[:, :, None, None]
    if up:
        x = F.conv_transpose2d(x, W.transpose(0, 1), stride=2)
        x = fir(F.pad(x, [1, 1, 1, 1]), 4)
    else: x = F.conv2d(x, W, padding=1)
    x = torch.addcmul(p['n'], x, d[:, :, None, None])
    return (F.leaky_relu(x + p['b'][None, :, None, None], .2) * 2 ** .5).clamp(-256, 256)
def rgb(x, j, w, img):
    r = R[j]
    st = F.linear(w, r['aw'], r['ab'])
    y = (F.conv2d(x * st[:, :, None, None], r['w']) + r['b'][None, :, None, None]).clamp(-256, 256)
    if img is None: return y
    n, c, h, v = img.shape
    z = F.pad(img.reshape(n, c, h, 1, v, 1), [0, 1, 0, 0, 0, 1]).reshape(n, c, 2 * h, 2 * v)
    return fir(F.pad(z, [2, 1, 2, 1]), 4) + y
def run(state, lo, hi, style):
    x, img = state
    for k in range(lo, hi):
        if k == len(layers): return rgb(x, len(sides) - 1, style(k), img)
        if layers[k][3]: img = rgb(x, (k - 1) // 2, style(k), img)
        n = style(k).shape[0]
        x = conv(const.expand(n, -1, -1, -1) if k == 0 else x, k, style(k))
    return x, img
total = len(layers) + 1
target = torch.rand(1, 3, res, res) * 2 - 1
if codes == 1:
    w = torch.randn(1, total, 512, requires_grad=True); ps = [w]
    draw = lambda: run((None, None), 0, total, lambda k: w[:, k])
else:
    w = torch.randn(codes, layer, 512, requires_grad=True)
    later = torch.randn(total - layer, 512, requires_grad=True)
    x, img = run((None, None), 0, layer, lambda k: w[:, k].detach())
    a = torch.full((codes, x.shape[1]), 1 / codes, requires_grad=True)
    a2 = torch.full((codes, 3), 1 / codes, requires_grad=True); ps = [w, later, a, a2]
    def draw():
        x, img = run((None, None), 0, layer, lambda k: w[:, k])
        x = (x * a[:, :, None, None]).sum(0, keepdim=True)
        if img is not None: img = (img * a2[:, :, None, None]).sum(0, keepdim=True)
        return run((x, img), layer, total, lambda k: later[k - layer][None])
opt = torch.optim.Adam(ps, lr=.05)


def step():
    opt.zero_grad(set_to_none=True)
    loss = F.mse_loss(draw(), target)
    loss.backward()
    opt.step()
    return loss.item()


began = time.perf_counter()
serve(step, began)
