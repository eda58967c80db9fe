/** What is known of a picture in part: cells of a reduced one, transparent edges, and what is said of what is left. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { evaluate } from '../../../src/engine/backends/evaluate.ts';
import { manifestSchema, TASKS, type TaskId } from '../../../src/engine/generator/manifest.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { viewOf } from '../../../src/engine/image/opacity.ts';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { normals } from '../../../src/engine/random.ts';
import { coarseToFine } from '../../../src/engine/losses/coarse.ts';
import { multiScale } from '../../../src/engine/losses/multiScale.ts';
import { meanSquaredError, squaredErrors } from '../../../src/engine/losses/pixel.ts';
import { finish, prepare, type TaskOptions } from '../../../src/engine/tasks/index.ts';
import { filled, float32 } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';

const manifest = v.parse(manifestSchema, JSON.parse(readFileSync('test/fixtures/models/tiny16/manifest.json', 'utf8')));

const picture = (width: number, height: number, at: (x: number, y: number) => readonly number[]): Picture => {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set(at(i % width, Math.floor(i / width)), 4 * i);
  return { width, height, data };
};
const maskOf = (width: number, height: number, marked: (x: number, y: number) => boolean): Picture =>
  picture(width, height, (x, y) => (marked(x, y) ? [255, 255, 255, 255] : [0, 0, 0, 255]));
const opaque = (value: number): number[] => [value, value, value, 255];
/** Every third pixel or so, without a pattern. */
const scattered = (x: number, y: number): boolean => (x * 7919 + y * 104729 + x * y * 31) % 97 < 48;

describe('a cell of a reduced picture', () => {
  test('has the mean of its known pixels, and counts by their share', () => {
    // Cells of 2 x 2: what is marked is white, the rest of a cell has a colour of its own.
    const source = picture(32, 32, (x, y) => opaque(x % 2 === 0 && y % 2 === 0 ? 255 : 40 + (x >> 1)));
    const unknown = maskOf(32, 32, (x, y) => x % 2 === 0 && y % 2 === 0);
    const { job, notes } = prepare('inpaint', source, manifest, { unknown });
    assert.deepEqual(notes, prepare('reconstruct', source, manifest, {}).notes);
    job.known!.data.forEach((share, i) => {
      assert.ok(Math.abs(share - 0.75) < 1e-6);
      const colour = job.target.data[i]! / share;
      assert.ok(Math.abs(colour - ((40 + (i % 16)) / 127.5 - 1)) < 1e-5, `cell ${i}`);
    });
  });

  for (const size of [64, 100, 128]) {
    test(`${size} x ${size} pixels of which half are unknown are compared whole`, () => {
      const source = picture(size, size, (x, y) => opaque(60 + Math.round((100 * (x + y)) / (2 * size))));
      const unknown = maskOf(size, size, scattered);
      const { job } = prepare('inpaint', source, manifest, { unknown });
      const whole = prepare('reconstruct', source, manifest, {}).job.target;
      job.known!.data.forEach((share, i) => {
        assert.ok(share > 0.1 && share < 0.9, `${share}`);
        assert.ok(Math.abs(job.target.data[i]! / share - whole.data[i]!) < 0.05, `cell ${i}`);
      });
    });
  }

  test('with impulses in it keeps what is right', () => {
    const draw = normals(5);
    const source = picture(128, 128, (x, y) => (Math.abs(draw()) > 1.3 ? opaque(255 * ((x ^ y) & 1)) : opaque(120)));
    const { job } = prepare('denoise', source, manifest, { noise: 'impulse' });
    assert.ok(job.known!.data.every((share) => share > 0.4));
    job.target.data.forEach((value, i) => assert.ok(Math.abs(value / job.known!.data[i % 256]! + 0.0588) < 0.05));
  });

  test('between known pixels of an enlarged picture takes nothing from unknown ones', () => {
    const source = picture(8, 8, (x) => opaque(x === 4 ? 255 : 100));
    const { job } = prepare('inpaint', source, manifest, { unknown: maskOf(8, 8, (x) => x === 4) });
    const known = job.known!.data;
    assert.ok(known.includes(0) || known.some((share) => share < 1));
    job.target.data.forEach((value, i) => {
      const share = known[i % 256]!;
      assert.ok(Math.abs(value - share * (100 / 127.5 - 1)) < 1e-5);
    });
  });

  test('at full size is known or not', () => {
    const source = picture(16, 16, (x, y) => opaque(x * 10 + y));
    const { job } = prepare('inpaint', source, manifest, { unknown: maskOf(16, 16, scattered) });
    job.known!.data.forEach((share, i) => assert.equal(share, scattered(i % 16, i >> 4) ? 0 : 1));
    const whole = prepare('reconstruct', source, manifest, {}).job.target;
    job.target.data.forEach((value, i) => assert.ok(value === whole.data[i]! * job.known!.data[i % 256]!));
  });
});

describe('the loss', () => {
  /** Two planes that differ by `difference` everywhere, both times the shares. */
  const losses = async (shares: readonly number[], difference: number) => {
    const b = new GraphBuilder('losses');
    const known = b.input('known', 'float32', [1, 1, 8, 8]);
    const [image, target] = ['image', 'target'].map((name) => b.mul(b.input(name, 'float32', [1, 3, 8, 8]), known));
    const term = multiScale(1);
    const weights = Object.fromEntries(['quarter', 'half', 'whole'].map((name) => [name, b.floats([1])]));
    const pixels = meanSquaredError(b, image!, target!, known);
    const outputs = {
      pixels,
      batch: squaredErrors(b, image!, target!, known),
      coarse: coarseToFine(b, b.scalar(0), image!, target!, weights, known),
      scales: term.distance(b, term.look(b, image!, known), term.look(b, target!, known)),
    };
    const found = await evaluate<keyof typeof outputs>(nativeBackend, b.build(outputs), {
      known: float32(
        [1, 1, 8, 8],
        Float32Array.from({ length: 64 }, (_, i) => shares[i % shares.length]!),
      ),
      image: filled([1, 3, 8, 8], 0.5 + difference),
      target: filled([1, 3, 8, 8], 0.5),
    });
    return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, Number(data[0])]));
  };

  test('counts a cell by its share once, at every scale', async () => {
    const whole = await losses([1], 0.2);
    const half = await losses([0.5], 0.2);
    for (const [name, value] of Object.entries(whole)) {
      assert.ok(value > 0);
      assert.ok(Math.abs(half[name]! / value - 0.5) < 1e-4, `${name}: ${half[name]} of ${value}`);
    }
  });

  test('does not count what is unknown', async () => {
    const some = await losses([1, 0, 0.25, 0], 0.2);
    assert.ok(Math.abs(some['pixels']! - 0.04 * (1.25 / 4)) < 1e-6);
    for (const value of Object.values(await losses([0], 0.2))) assert.equal(value, 0);
  });
});

describe('a transparent picture', () => {
  const RED = [120, 10, 10];
  /** A disc with a soft edge; what lies under its transparent surroundings is green. */
  const disc = (side: number): Picture =>
    picture(side, side, (x, y) => {
      const inside = Math.min(1, Math.max(0, 0.36 * side + 0.5 - Math.hypot(x - (side - 1) / 2, y - (side - 1) / 2)));
      const alpha = Math.round(255 * inside);
      return [...(alpha === 0 ? [0, 255, 0] : RED), alpha];
    });
  const luma = (data: Uint8ClampedArray, i: number): number =>
    0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;

  /** The prior draws the disc's colour where the target shows it, and white where nothing is known. */
  function restored(task: TaskId, source: Picture, options: TaskOptions): Picture {
    const { job, frame } = prepare(task, source, manifest, options);
    const { factor } = job;
    const size = frame.image.width;
    const [side] = [size / factor];
    const colour = RED.map((value) => value / 127.5 - 1);
    const drawn = Float32Array.from({ length: 3 * size * size }, (_, i) => {
      const [x, y] = [Math.floor((i % size) / factor), Math.floor((i % (size * size)) / size / factor)];
      const known = job.known?.data[y * side + x] ?? 1;
      return known > 0 ? colour[Math.floor(i / (size * size))]! : 1;
    });
    return finish(task, source, float32([1, 3, size, size], drawn), frame, options);
  }

  const region = { left: 3, top: 2, width: 20, height: 24 };
  for (const task of TASKS) {
    for (const [what, side, more] of [
      ['reduced', 64, {}],
      ['enlarged', 12, {}],
      ['of its size', 16, {}],
      ['in a region', 40, { region }],
      ...(task === 'super-resolve' ? ([['four times', 12, { factor: 4 }]] as const) : []),
    ] as const) {
      test(`${task}, ${what}: its soft edge keeps its colour`, () => {
        const source = disc(side);
        const unknown = maskOf(side, side, (x, y) => x > side / 4 && x < side / 2 && y > side / 8 && y < side / 2);
        const { data } = restored(task, source, { ...more, ...(task === 'inpaint' && { unknown }) });
        let edges = 0;
        for (let i = 0; i < data.length / 4; i++) {
          // Of a channel that is 1 in 255 opaque nothing can be seen.
          if (data[4 * i + 3]! < 2) continue;
          if (task === 'inpaint' && unknown.data[4 * i] === 255) continue;
          edges += Number(data[4 * i + 3]! < 255);
          assert.ok(Math.abs(luma(data, i) - 42.9) <= 3, `${luma(data, i)} at ${i}, alpha ${data[4 * i + 3]}`);
        }
        assert.ok(edges > 8, `${edges} pixels of an edge`);
      });
    }
  }

  test('reconstruct and denoise: whatever is drawn, the edge keeps its colour, and the inside is drawn', () => {
    const source = disc(64);
    for (const task of ['reconstruct', 'denoise'] as const) {
      const { frame } = prepare(task, source, manifest, {});
      const { data } = finish(task, source, filled([1, 3, 16, 16], 1), frame, {});
      const middle = 4 * (32 * 64 + 32);
      assert.equal(data[middle], 255);
      source.data.forEach((alpha, at) => {
        if (at % 4 === 3 && alpha > 0 && alpha < 255) assert.equal(Math.round(luma(data, (at - 3) / 4)), 43);
      });
    }
  });

  test('counts by its opacity: what is under transparent pixels is unknown', () => {
    const { job } = prepare('reconstruct', disc(16), manifest, {});
    const { data } = disc(16);
    job.known!.data.forEach((share, i) => assert.ok(Math.abs(share - data[4 * i + 3]! / 255) < 1e-6));
  });

  test('spreads its colours under what cannot be seen, and leaves opaque pictures alone', () => {
    const { planes } = viewOf(disc(16));
    assert.ok(Math.abs(planes.data[0]! - (120 / 127.5 - 1)) < 1e-3, 'no green');
    assert.equal(viewOf(picture(4, 4, () => opaque(9))).known, undefined);
  });

  test('mixes by opacity where a hole fades into what is transparent', () => {
    const source = picture(16, 16, (x) => (x < 8 ? [0, 0, 0, 0] : opaque(200)));
    const unknown = maskOf(16, 16, (x, y) => x > 2 && x < 12 && y > 2 && y < 12);
    const options = { unknown, feather: 4, consistency: false };
    const { frame } = prepare('inpaint', source, manifest, options);
    const { data } = finish('inpaint', source, filled([1, 3, 16, 16], 200 / 127.5 - 1), frame, options);
    for (let i = 0; i < 256; i++) if (data[4 * i + 3]! > 0) assert.equal(data[4 * i], 200, `pixel ${i}`);
  });
});

describe('what cannot be used', () => {
  const whole = (value: number[]): Picture => picture(20, 20, () => value);
  test('a picture of which nothing is left is refused', () => {
    for (const task of ['reconstruct', 'colorize', 'denoise', 'super-resolve'] as const) {
      assert.throws(() => prepare(task, whole([9, 9, 9, 0]), manifest, {}), /Nothing of the picture is left to go by/);
    }
    const half = picture(20, 20, (x) => (x < 10 ? [9, 9, 9, 0] : opaque(9)));
    const unknown = maskOf(20, 20, (x) => x >= 10);
    assert.throws(() => prepare('inpaint', half, manifest, { unknown }), /Nothing of the picture is left to go by/);
  });

  test('a picture of which little is left is noted', () => {
    const unknown = maskOf(20, 20, (x, y) => x > 1 || y > 1);
    const { notes } = prepare('inpaint', whole(opaque(90)), manifest, { unknown });
    assert.match(notes.at(-1)!, /^Only 1 % of the picture is there to go by/);
  });

  test('what a mask marks outside the region is noted', () => {
    const unknown = maskOf(20, 20, (x, y) => x < 8 && y < 4);
    const region = { left: 4, top: 0, width: 10, height: 10 };
    const { notes } = prepare('inpaint', whole(opaque(90)), manifest, { unknown, region });
    assert.match(notes.at(-1)!, /^50 % of what the mask marks lies outside the region/);
  });
});
