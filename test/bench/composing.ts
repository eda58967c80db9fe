/** What showing a run costs: making its scene once, and composing a preview, in milliseconds of one processor. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { manifestSchema, TASKS, type TaskId } from '../../src/engine/generator/manifest.ts';
import type { Picture, Size } from '../../src/engine/image/picture.ts';
import type { PriorManifest } from '../../src/engine/prior.ts';
import { prepare, preview, sceneOf } from '../../src/engine/tasks/index.ts';
import { filled } from '../../src/engine/tensor.ts';
import { UNTRAINED } from '../../src/engine/untrained/manifest.ts';
import { median } from './table.ts';

export interface ComposingRecord {
  readonly what: string;
  /** Making the job, for comparison. */
  readonly prepareMs: number;
  readonly sceneMs: number;
  readonly previewMs: number;
  readonly shown: Size;
}

const SIDE = 512;
const TIMES = 7;

const fruit = v.parse(manifestSchema, JSON.parse(readFileSync('models/fruit128/manifest.json', 'utf8')));
const CASES: readonly { name: string; manifest: PriorManifest; size: Size }[] = [
  { name: 'a prior of 128, 128 x 128', manifest: fruit, size: { width: 128, height: 128 } },
  { name: 'a prior of 256, 256 x 256', manifest: { ...fruit, resolution: 256 }, size: { width: 256, height: 256 } },
  { name: 'any picture, 256 x 256', manifest: UNTRAINED, size: { width: 256, height: 256 } },
  { name: 'a prior of 256, 6000 x 4000', manifest: { ...fruit, resolution: 256 }, size: { width: 6000, height: 4000 } },
];

export function measureComposing(): ComposingRecord[] {
  return CASES.flatMap(({ name, manifest, size }) =>
    TASKS.filter((task) => manifest !== UNTRAINED || task !== 'colorize').map((task) => ({
      what: `${name}, ${task}`,
      ...measure(task, manifest, size),
    })),
  );
}

function measure(task: TaskId, manifest: PriorManifest, size: Size): Omit<ComposingRecord, 'what'> {
  const source = drawn(size, (x, y) => [(x * 7 + y) % 251, (x + 3 * y) % 241, (x ^ y) % 256]);
  // The middle third of each side.
  const isMarked = (x: number, side: number) => 3 * x > side && 3 * x < 2 * side;
  const unknown = drawn(size, (x, y) => Array(3).fill(isMarked(x, size.width) && isMarked(y, size.height) ? 255 : 0));
  const options = { ...(task === 'inpaint' && { unknown }), ...(size.width > 1000 && { factor: 2 }) };
  const [prepared, prepareMs] = timed(() => prepare(task, source, manifest, options));
  const { frame, job } = prepared;
  const [scene, sceneMs] = timed(() => sceneOf(task, source, frame, options, { longest: SIDE, job }));
  const x = filled([1, 3, frame.image.height, frame.image.width], 0.1);
  const times = Array.from({ length: TIMES }, () => timed(() => preview(scene, x))[1]);
  const { width, height } = scene.base;
  return { prepareMs, sceneMs, previewMs: median(times), shown: { width, height } };
}

/** By the processor's clock: whatever else runs on the machine does not count. */
function timed<T>(work: () => T): [result: T, milliseconds: number] {
  const before = process.cpuUsage();
  const result = work();
  return [result, process.cpuUsage(before).user / 1000];
}

function drawn({ width, height }: Size, colour: (x: number, y: number) => readonly number[]): Picture {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) data.set(colour(i % width, Math.floor(i / width)), 4 * i);
  return { width, height, data };
}
