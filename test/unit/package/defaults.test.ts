/** The settings say what an empty one means, and it is true. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import fruit from '../../../models/fruit128/manifest.json' with { type: 'json' };
import strings from '../../../package.nls.json' with { type: 'json' };
import { manifestSchema, TASKS, type Manifest } from '../../../src/engine/generator/manifest.ts';
import { MULTI_SCALE_WEIGHT, NETWORK_WEIGHT } from '../../../src/engine/losses/perceptual.ts';
import { defaults } from '../../../src/engine/tasks/index.ts';
import { UNTRAINED } from '../../../src/engine/untrained/manifest.ts';

const embedded = v.parse(manifestSchema, fruit);
/** A model as deep as the paper's, without presets. */
const other: Manifest = {
  ...embedded,
  presets: {},
  slices: Array.from({ length: 15 }, () => embedded.slices[0]!),
};
const TITLES = {
  'super-resolve': 'Super-resolve',
  colorize: 'Colorize',
  inpaint: 'Inpaint',
  denoise: 'Denoise',
  reconstruct: 'Reconstruct',
} as const;

for (const name of ['layer', 'iterations'] as const) {
  test(`the table of ganPrior.${name} holds what is used`, () => {
    for (const task of TASKS) {
      const row = `| ${TITLES[task]} | ${defaults(task, embedded)[name]} | ${defaults(task, other)[name]} |`;
      assert.ok(strings[`setting.${name}`].includes(row), `${row} in ${strings[`setting.${name}`]}`);
    }
  });
}

test('the steps of Any picture are what is said of them', () => {
  const steps = Object.fromEntries(UNTRAINED.tasks.map((task) => [task, defaults(task, UNTRAINED).iterations]));
  assert.deepEqual(steps, { ...steps, inpaint: 100, denoise: 200, reconstruct: 200 });
  assert.match(strings['setting.iterations'], /100 where it inpaints, 200 where it removes specks or reconstructs/);
});

test('the defaults of codes and weights are what is used', () => {
  for (const task of TASKS) {
    assert.equal(defaults(task, embedded).codes, 10);
    assert.equal(defaults(task, other).codes, 20);
  }
  assert.match(strings['setting.codes'], /Empty: 10 for Fruit 128, 20 for other models/);
  const { 'setting.perceptualWeight': weight } = strings;
  assert.match(
    weight,
    new RegExp(`Empty: ${NETWORK_WEIGHT} for a network.* and ${MULTI_SCALE_WEIGHT} for several scales`),
  );
});
