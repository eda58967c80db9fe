/** Every number has one range: package.json, settings, form, messages, engine and command line say the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import manifest from '../../../package.json' with { type: 'json' };
import { numberIn } from '../../../src/cli/parse.ts';
import { checkLimits } from '../../../src/engine/limits.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { paramsSchema } from '../../../src/shared/documentState.ts';
import { LIMITS, type Range, type Limited } from '../../../src/shared/limits.ts';
import { FIELDS, rangeOf } from '../../../src/webview/params.ts';

const { properties } = manifest.contributes.configuration;
const all = Object.entries(LIMITS) as [Limited, Range][];

/** Values at the ends, and the next ones beyond them. */
function around({ low, high, fractions }: Range) {
  const least = fractions ? 0.001 : 1;
  return { inside: [low, high], outside: [low - least, high + least, ...(fractions ? [] : [low + 0.5])] };
}

test('package.json says the ranges of the settings, and the settings keep to them', () => {
  let settings = 0;
  for (const [name, range] of all) {
    const declared = (properties as Record<string, object>)[`ganPrior.${name}`];
    if (!declared) continue;
    settings += 1;
    const { minimum, maximum } = declared as { minimum: number; maximum: number };
    assert.deepEqual([minimum, maximum], [range.low, range.high], name);
    const { inside, outside } = around(range);
    const problemsOf = (value: number): number => {
      let problems = 0;
      readSettings(
        (key) => (key === name ? value : undefined),
        () => problems++,
      );
      return problems;
    };
    for (const value of inside) assert.equal(problemsOf(value), 0, `${name}: ${value}`);
    for (const value of outside) assert.equal(problemsOf(value), 1, `${name}: ${value}`);
  }
  assert.equal(settings, 6);
});

test('messages between page and host keep to them', () => {
  let fields = 0;
  for (const [name, range] of all) {
    if (!(name in paramsSchema.entries)) continue;
    fields += 1;
    const { inside, outside } = around(range);
    for (const value of inside) assert.ok(v.is(paramsSchema, { [name]: value }), `${name}: ${value}`);
    for (const value of outside) assert.ok(!v.is(paramsSchema, { [name]: value }), `${name}: ${value}`);
  }
  // The form offers a share of steps by name, as one of the choices of a space (spaces.ts).
  assert.equal(fields, FIELDS.length + 1);
});

test('the form keeps to them, and to the layers of the model', () => {
  for (const field of FIELDS) {
    if (field !== 'layer') assert.equal(rangeOf(field, undefined), LIMITS[field]);
  }
  assert.deepEqual(rangeOf('layer', { lastCut: 7 } as never), { low: 1, high: 7 });
  assert.deepEqual(rangeOf('class', { classes: 7 } as never), { low: 0, high: 6 });
});

test('the engine and the command line refuse what is beyond them, and say what is allowed', () => {
  for (const [name, range] of all) {
    const { inside, outside } = around(range);
    for (const value of inside) assert.equal(numberIn(range)(String(value)), value, name);
    for (const value of outside) assert.throws(() => numberIn(range)(String(value)), /^.*It is a (whole )?number from/);
    if (name === 'quality') continue;
    for (const value of inside) assert.doesNotThrow(() => checkLimits({ [name]: value }), name);
    for (const value of outside) assert.throws(() => checkLimits({ [name]: value }), /a (whole )?number from/, name);
  }
  for (const typo of ['', ' ', 'ten', '1e', '--3']) assert.throws(() => numberIn(LIMITS.codes)(typo), typo);
});
