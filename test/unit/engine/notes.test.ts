/** What is said about a picture before a run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as v from 'valibot';
import { manifestSchema, TASKS } from '../../../src/engine/generator/manifest.ts';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { prepare, type TaskOptions } from '../../../src/engine/tasks/index.ts';

const manifest = v.parse(manifestSchema, JSON.parse(readFileSync('test/fixtures/models/tiny16/manifest.json', 'utf8')));
const SIZE = 64;

function picture(at: (i: number) => readonly [number, number, number]): Picture {
  const data = new Uint8ClampedArray(SIZE * SIZE * 4);
  for (let i = 0; i < SIZE * SIZE; i++) data.set([...at(i), 255], 4 * i);
  return { width: SIZE, height: SIZE, data };
}
const grey = picture((i) => [i % 256, i % 256, i % 256]);
const notesOf = (task: (typeof TASKS)[number], source: Picture, options: TaskOptions = {}): string =>
  prepare(task, source, manifest, options).notes.join(' ');

test('a region is called a region, and nobody who chose one is asked to choose one', () => {
  const region = { left: 8, top: 8, width: 40, height: 32 };
  assert.match(notesOf('super-resolve', grey), /it sees this 64 × 64 picture reduced to .* Choose a region around/);
  const said = notesOf('super-resolve', grey, { region });
  assert.match(said, /it sees this 40 × 32 region reduced to .* Choose a smaller region for more\.$/);
  assert.doesNotMatch(said, /picture|Choose a region/);
  assert.match(notesOf('denoise', grey), /draws 16 × 16 pixels: it sees this picture reduced to 16 × 16\./);
  assert.match(notesOf('denoise', grey, { region }), /it sees this region reduced to/);
});

test('a note names the model, not the method', () => {
  for (const task of TASKS.filter((id) => id !== 'inpaint')) {
    assert.ok(notesOf(task, grey).startsWith(`${manifest.name} draws `), task);
  }
});

test('colorizing a picture that has colours says that they are replaced', () => {
  const said = /has colours already: they are replaced/;
  assert.match(
    notesOf(
      'colorize',
      picture((i) => [i % 256, 90, 200]),
    ),
    said,
  );
  assert.match(
    notesOf(
      'colorize',
      picture((i) => (i % 50 === 0 ? [200, 40, 40] : [90, 90, 90])),
    ),
    said,
  );
  assert.doesNotMatch(notesOf('colorize', grey), said);
  assert.doesNotMatch(
    notesOf(
      'colorize',
      picture((i) => [i % 250, (i % 250) + 4, i % 250]),
    ),
    said,
    'a grey JPEG',
  );
  assert.doesNotMatch(
    notesOf(
      'denoise',
      picture((i) => [i % 256, 90, 200]),
    ),
    said,
  );
});
