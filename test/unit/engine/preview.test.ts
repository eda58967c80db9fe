import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { manifestSchema, TASKS, type TaskId } from '../../../src/engine/generator/manifest.ts';
import { viewOf } from '../../../src/engine/image/opacity.ts';
import type { Picture, Planes, Size } from '../../../src/engine/image/picture.ts';
import { planesToTensor, tensorToPlanes, toPlanes } from '../../../src/engine/image/planes.ts';
import { means, resample } from '../../../src/engine/image/resample.ts';
import type { Job } from '../../../src/engine/inversion/job.ts';
import type { PriorManifest } from '../../../src/engine/prior.ts';
import {
  finish,
  prepare,
  preview,
  sceneOf,
  type UprightRegion as Region,
  type TaskOptions,
} from '../../../src/engine/tasks/index.ts';
import { UNTRAINED } from '../../../src/engine/untrained/manifest.ts';

const tiny = v.parse(manifestSchema, JSON.parse(readFileSync('test/fixtures/models/tiny16/manifest.json', 'utf8')));
const PRIORS: Readonly<Record<string, PriorManifest>> = {
  'a prior of 64 pixels': { ...tiny, resolution: 64 },
  'the untrained prior': UNTRAINED,
};
const [WIDTH, HEIGHT] = [180, 120];
/** Not a divisor of anything here. */
const LONGEST = 70;
/** Across the edge of the disc below. */
const region: Region = { left: 67, top: 11, width: 101, height: 87 };
/** Reaches beyond the picture. */
const turned = { x: 103, y: 66, side: 97, angle: 23 };

const pictureOf = ({ width, height }: Size, at: (x: number, y: number) => readonly number[]): Picture => {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set(at(i % width, Math.floor(i / width)), 4 * i);
  return { width, height, data };
};
const size = { width: WIDTH, height: HEIGHT };
const wave = (x: number, y: number, phase: number): number =>
  128 + 70 * Math.sin(x / 9 + phase) * Math.cos(y / 7 - phase);
/** Nothing at all around a disc, whose edge is soft. */
const disc = (x: number, y: number): number =>
  255 * Math.min(1, Math.max(0, (70 - Math.hypot((x - 75) / 1.2, y - 60)) / 2));
/** One pixel in nine is hit. */
const hit = (x: number, y: number): boolean => (x * 7 + y * 13) % 9 === 0;
const SOURCES = {
  opaque: (x: number, y: number) => [wave(x, y, 0), wave(x, y, 1), wave(x, y, 2), 255],
  transparent: (x: number, y: number) => [wave(x, y, 0), wave(x, y, 1), wave(x, y, 2), disc(x, y)],
} as const;
/** A hole, and strokes a pixel wide. */
const unknown = pictureOf(size, (x, y) => {
  const marked =
    (x > 50 && x < 80 && y > 30 && y < 66) || (x === 100 && y > 20 && y < 90) || (y === 71 && x > 40 && x < 118);
  return marked ? [255, 255, 255, 255] : [0, 0, 0, 255];
});

const KINDS: readonly { name: string; task: TaskId; options: TaskOptions; noisy?: true }[] = [
  ...TASKS.map((task) => ({ name: task as string, task, options: task === 'inpaint' ? { unknown } : {} })),
  { name: 'inpaint with a feather', task: 'inpaint', options: { unknown, feather: 4 } },
  { name: 'inpaint without consistency', task: 'inpaint', options: { unknown, consistency: false } },
  { name: 'super-resolve without consistency', task: 'super-resolve', options: { consistency: false } },
  { name: 'denoise impulses', task: 'denoise', options: { noise: 'impulse' }, noisy: true },
];

/** What a prior may draw: it misses what is known by up to 25 levels, and knows nothing of the rest. */
function drawing({ target }: Job, { width, height }: Size): Planes {
  const enlarged = resample(tensorToPlanes(target), width, height, 'bicubic');
  const size = width * height;
  const data = enlarged.data.map((value, i) => {
    const [x, y, c] = [(i % size) % width, Math.floor((i % size) / width), Math.floor(i / size)];
    return value + 0.2 * Math.sin((14 * x) / width + c) * Math.cos((11 * y) / height - c);
  });
  return { width, height, channels: 3, data };
}

/** Colours times opacity, and opacity, 0 to 255; both in one list. */
function premultiplied(picture: Picture, { width, height }: Size): Float32Array {
  const { known } = viewOf(picture);
  const planes = toPlanes({ ...picture, data: picture.data.map((value, i) => (i % 4 === 3 ? 255 : value)) });
  const opacity = known ?? { ...planes, channels: 1, data: new Float32Array(planes.data.length / 3).fill(1) };
  const [colours, alpha] = [means(planes, { width, height }, opacity), means(opacity, { width, height })];
  const levels = colours.data.map((value, i) => (value + 1) * 127.5 * alpha.data[i % alpha.data.length]!);
  return Float32Array.from([...levels, ...alpha.data.map((value) => 255 * value)]);
}

const part = ({ width, data }: Picture, { left, top, ...size }: Region): Picture =>
  pictureOf(size, (x, y) => [
    ...data.subarray(4 * ((top + y) * width + left + x), 4 * ((top + y) * width + left + x) + 4),
  ]);

for (const [priorName, manifest] of Object.entries(PRIORS)) {
  describe(`a preview of ${priorName} is what would be saved, reduced`, () => {
    for (const [sourceName, at] of Object.entries(SOURCES)) {
      for (const where of ['whole', 'region', 'turned', 'face'] as const) {
        for (const { name, task, options, noisy } of KINDS) {
          if (manifest === UNTRAINED && (task === 'colorize' || where === 'face')) continue;
          test(`${name}, ${where}, ${sourceName}`, () => {
            const source = pictureOf(size, (x, y) => {
              const [r, g, b, a] = at(x, y);
              return noisy && hit(x, y) ? [255, 0, 0, a!] : [r!, g!, b!, a!];
            });
            const given = { ...options, ...(where !== 'whole' && { region: where === 'region' ? region : turned }) };
            const prior = where === 'face' ? { ...manifest, alignment: 'ffhq' as const } : manifest;
            const { frame, job } = prepare(task, source, prior, given);
            const x = planesToTensor(drawing(job, frame.image));
            const saved = finish(task, source, x, frame, given);
            for (const longest of [LONGEST, 4 * WIDTH]) {
              const scene = sceneOf(task, source, frame, given, { longest, job });
              const shown = preview(scene, x).picture;
              assert.ok(Math.max(shown.width, shown.height) <= longest);
              const factor = saved.width / source.width;
              const { left, top, width, height } = scene.at;
              const there = { left: left * factor, top: top * factor, width: width * factor, height: height * factor };
              const wanted = premultiplied(part(saved, there), shown);
              const errors = premultiplied(shown, shown).map((value, i) => Math.abs(value - wanted[i]!));
              const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
              const worst = errors.reduce((most, error) => Math.max(most, error), 0);
              // What is not reduced differs by no more than how far a hole is settled.
              const [most, far] = longest === LONGEST ? [0.5, 12] : [0.02, 1];
              assert.ok(mean < most && worst <= far, `at ${longest}: ${mean} levels, and up to ${worst}`);
            }
          });
        }
      }
    }
  });
}
