"""Pillow (libjpeg-turbo) decodes a JPEG file: pillow_decode.py FILE. With --make FOLDER it draws the files instead."""
import json
import os
import resource
import statistics
import sys
import time

from PIL import Image

WIDTH, HEIGHT, AGAIN = 6000, 4000, 4


def octave(side):
    small = Image.frombytes("RGB", (WIDTH // side, HEIGHT // side), os.urandom(WIDTH // side * (HEIGHT // side) * 3))
    return small.resize((WIDTH, HEIGHT), Image.BICUBIC)


def make(folder):
    """Smooth noise at several scales, as photographs have it; the noisy one with grain on top."""
    photo = octave(400)
    for side, weight in ((60, 0.4), (12, 0.2), (3, 0.1)):
        photo = Image.blend(photo, octave(side), weight)
    noisy = Image.blend(photo, octave(1), 0.04)
    photo.save(os.path.join(folder, "photo.jpg"), quality=90)
    noisy.save(os.path.join(folder, "noisy.jpg"), quality=90)
    noisy.save(os.path.join(folder, "noisy progressive.jpg"), quality=90, progressive=True)
    photo.save(os.path.join(folder, "photo 4-4-4.jpg"), quality=92, subsampling=0)


def decode(file):
    start = time.process_time()
    Image.open(file).load()
    return 1000 * (time.process_time() - start)


if sys.argv[1] == "--make":
    make(sys.argv[2])
else:
    times = [decode(sys.argv[1]) for _ in range(AGAIN + 1)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"first": times[0], "next": statistics.median(times[1:]), "peakMB": peak}))
