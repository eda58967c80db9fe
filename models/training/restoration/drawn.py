"""Draws the training pictures of the restoration networks: nobody's photographs, so nobody's licence.

A picture is "dead leaves": shapes of power-law sizes that hide one another, as things do in photographs. On top of them lie
what photographs have and plain leaves lack: stripes and checks (cloth, fences), bundles of near-parallel strokes (hair, grass),
shading, noise of several grains, and parts that are out of focus.

    python3 drawn.py COUNT [FIRST SEED]    ->  drawn.npy, uint8 [COUNT, 512, 512, 3], and drawn.png to look at
"""
import sys
from multiprocessing import Pool

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = 512
SUPERSAMPLING = 2


def smooth_field(rng, cell):
    """A field of SIZE x SIZE that varies over about `cell` pixels, zero mean, about unit variance."""
    coarse = rng.randn(max(2, SIZE // cell), max(2, SIZE // cell)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((SIZE, SIZE), Image.BICUBIC))


def leaves(rng):
    """Occluding ellipses, polygons and bars whose radii follow a power law."""
    n = SIZE * SUPERSAMPLING
    image = Image.new('RGB', (n, n), tuple(int(v) for v in rng.randint(0, 256, 3)))
    draw = ImageDraw.Draw(image)
    palette = rng.rand(6, 3) * 255
    # Most photographs are far from saturated.
    saturation = rng.uniform(0.15, 1)
    smallest, largest = rng.choice([2, 3, 5, 9, 16]) * SUPERSAMPLING, rng.choice([120, 250, 400]) * SUPERSAMPLING
    u = rng.rand(int(rng.choice([1500, 4000, 9000])))
    radii = (smallest**-2.0 + u * (float(largest) ** -2 - smallest**-2.0)) ** -0.5
    if rng.rand() < 0.3:
        radii = np.sort(radii)[::-1]
    for radius in radii:
        colour = palette[rng.randint(6)] * 0.6 + rng.rand(3) * 102 if rng.rand() < 0.8 else rng.rand(3) * 255
        colour = colour.mean() + (colour - colour.mean()) * (0 if rng.rand() < 0.15 else saturation)
        fill = tuple(int(v) for v in np.clip(colour, 0, 255))
        x, y = rng.rand(2) * (n + 2 * radius) - radius
        kind = rng.rand()
        if kind < 0.45:
            a, b = radius * rng.uniform(0.3, 1, 2)
            draw.ellipse([x - a, y - b, x + a, y + b], fill=fill)
        elif kind < 0.8:
            corners = rng.randint(3, 8)
            angles = np.sort(rng.rand(corners) * 2 * np.pi)
            reach = radius * rng.uniform(0.4, 1.0, corners)
            draw.polygon(list(zip(x + reach * np.cos(angles), y + reach * np.sin(angles))), fill=fill)
        else:
            angle, length = rng.rand() * np.pi, radius * rng.uniform(1, 6)
            dx, dy = length * np.cos(angle), length * np.sin(angle)
            draw.line([x - dx, y - dy, x + dx, y + dy], fill=fill, width=max(1, int(radius * rng.uniform(0.05, 0.3))))
    return np.asarray(image.resize((SIZE, SIZE), Image.BOX), np.float32)


def stripes(rng):
    """A warped grating or check in [-1, 1], from sine to square."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    angle = rng.rand() * np.pi
    period = np.exp(rng.uniform(np.log(4), np.log(40)))
    warp = smooth_field(rng, int(rng.choice([32, 64, 128]))) * rng.uniform(0, 1.5)
    wave = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period + warp)
    if rng.rand() < 0.3:
        wave = wave * np.sin(2 * np.pi * (y * np.cos(angle) - x * np.sin(angle)) / period + warp)
    return np.tanh(wave * rng.choice([1, 3, 10]))


def strokes(rng):
    """Bundles of near-parallel thin curves, as coverage in [0, 1] and their shades in [-1, 1]."""
    n = SIZE * SUPERSAMPLING
    cover, shade = Image.new('L', (n, n)), Image.new('L', (n, n), 128)
    on_cover, on_shade = ImageDraw.Draw(cover), ImageDraw.Draw(shade)
    angle, bend, spread = rng.rand() * 2 * np.pi, rng.randn() * 0.6, rng.uniform(0.05, 0.5)
    for _ in range(int(rng.choice([200, 800, 2000]))):
        start, direction = rng.rand(2) * n, angle + rng.randn() * spread
        length, curve = rng.uniform(20, 200) * SUPERSAMPLING, bend + rng.randn() * 0.2
        t = np.linspace(0, 1, 8)
        path = start[:, None] + length * np.stack([t * np.cos(direction + curve * t), t * np.sin(direction + curve * t)])
        points, width = list(map(tuple, path.T)), int(rng.choice([1, 2, 2, 3, 5]))
        on_cover.line(points, fill=255, width=width)
        on_shade.line(points, fill=int(rng.randint(0, 256)), width=width)
    half = lambda image: np.asarray(image.resize((SIZE, SIZE), Image.BOX), np.float32)
    return half(cover) / 255, half(shade) / 127.5 - 1


def picture(seed):
    """One picture, uint8 [SIZE, SIZE, 3]; the same for the same seed."""
    rng = np.random.RandomState(seed)
    image = leaves(rng)
    where = lambda cell, sharpness: np.clip(smooth_field(rng, cell) * sharpness + rng.uniform(-0.5, 0.5), 0, 1)[..., None]
    if rng.rand() < 0.45:
        tint = rng.randn(3) * 0.3 + 1
        image = image + where(128, 8) * stripes(rng)[..., None] * tint * rng.uniform(10, 90)
    if rng.rand() < 0.4:
        cover, shade = strokes(rng)
        mask = where(200, 8) * cover[..., None]
        colour = rng.rand(3) * 255 + shade[..., None] * rng.uniform(10, 100)
        image = image * (1 - mask) + colour * mask
    image = image * (1 + 0.25 * smooth_field(rng, 128)[..., None] * rng.rand())
    for cell in (1, 2, 4, 8):
        image = image + smooth_field(rng, cell)[..., None] * np.clip(smooth_field(rng, 64), 0, None)[..., None] * rng.uniform(0, 9)
    if rng.rand() < 0.5:
        blurred = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.uniform(1, 6)))
        sharp = np.clip(smooth_field(rng, 200) * 2 + 0.5, 0, 1)[..., None]
        image = image * (1 - sharp) + np.asarray(blurred, np.float32) * sharp
    return np.clip(image, 0, 255).astype(np.uint8)


if __name__ == '__main__':
    count, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    with Pool() as pool:
        drawn = np.stack(pool.map(picture, range(first, first + count), chunksize=8))
    np.save('drawn.npy', drawn)
    Image.fromarray(np.concatenate([np.concatenate(drawn[i : i + 4], 1) for i in (0, 4)], 0)).resize((1024, 512)).save('drawn.png')
