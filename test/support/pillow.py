"""Decodes every picture of a folder with Pillow: python3 pillow.py FOLDER

For each file NAME that Pillow can read, NAME.rgba holds its pixels (8-bit RGBA). With --webp, WebP files are made first.
"""
import os
import sys
from PIL import Image


def make_webp(folder):
    sizes = [(1, 1), (2, 3), (7, 5), (16, 16), (33, 18), (70, 50)]
    for width, height in sizes:
        for alpha in (False, True):
            picture = Image.new("RGBA", (width, height))
            picture.putdata([
                ((x * 7 + y * 13) & 255, (x * x + y * 5) & 255, (x * y * 3 + 40) & 255, (x * 31 + y * 17) & 255 if alpha else 255)
                for y in range(height) for x in range(width)
            ])
            picture = picture if alpha else picture.convert("RGB")
            settings = [dict(lossless=True, method=m, exact=e, quality=q) for m in (0, 4, 6) for e in (False, True) for q in (0, 100)]
            settings += [dict(quality=q, method=m, alpha_quality=a) for q in (5, 50, 90, 100) for m in (0, 4, 6) for a in (30, 100)]
            for i, setting in enumerate(settings):
                kind = "lossless" if setting.get("lossless") else "lossy"
                picture.save(os.path.join(folder, f"{kind}_{'rgba' if alpha else 'rgb'}_{i}_{width}x{height}.webp"), **setting)


def pixels(image):
    if image.mode == "I;16" or image.mode == "I":
        # Pillow keeps 16-bit grey whole, and would cut it off at 255.
        values = [round(value / 257) for value in image.getdata()]
        image = Image.new("L", image.size)
        image.putdata(values)
    if image.mode == "CMYK":
        image = image.convert("RGB")
    return image.convert("RGBA").tobytes()


folder = sys.argv[1]
if "--webp" in sys.argv:
    make_webp(folder)
for name in sorted(os.listdir(folder)):
    path = os.path.join(folder, name)
    try:
        with Image.open(path) as image:
            image.load()
            data = pixels(image)
    except Exception as error:
        print(f"{name}: {error}")
        continue
    with open(f"{path}.rgba", "wb") as file:
        file.write(data)
