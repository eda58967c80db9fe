import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as v from 'valibot';
import { ParameterError } from '../../../src/engine/errors.ts';
import { manifestSchema } from '../../../src/engine/generator/manifest.ts';
import { finish, prepare } from '../../../src/engine/tasks/index.ts';
import { filled } from '../../../src/engine/tensor.ts';

const manifest = v.parse(manifestSchema, JSON.parse(readFileSync('test/fixtures/models/tiny16/manifest.json', 'utf8')));
const grey = (values: number[]) => ({
  width: values.length,
  height: 1,
  data: Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255])),
});
const source = grey([200, 200, 200, 200]);
const unknown = grey([0, 51, 204, 255]);
/** A black picture is drawn. */
const x = filled([1, 3, 16, 16], -1);
const reds = (softMask: boolean): number[] => {
  // The plain drawing, which data consistency would fit to the grey around it.
  const options = { unknown, softMask, consistency: false };
  const { frame } = prepare('inpaint', source, manifest, options);
  const { data } = finish('inpaint', source, x, frame, options);
  return [0, 1, 2, 3].map((i) => data[4 * i]!);
};

test('soft edges of a mask mix the result with the source', () => {
  assert.deepEqual(reds(true), [200, 160, 40, 0]);
});

test('a mask file is cut at mid-grey', () => {
  assert.deepEqual(reds(false), [200, 200, 0, 0]);
});

test('what is partly unknown does not pull at the result', () => {
  const known = (softMask: boolean) => {
    const { job } = prepare('inpaint', source, manifest, { unknown, softMask });
    return job.known!.data.reduce((sum, value) => sum + value, 0);
  };
  assert.ok(known(true) < known(false));
});

test('a faint rim alone marks nothing', () => {
  const options = { unknown: grey([0, 60, 0, 0]), softMask: true };
  assert.throws(() => prepare('inpaint', source, manifest, options), ParameterError);
});
