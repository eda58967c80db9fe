import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_OUTPUT } from '../../../src/extension/save/outputName.ts';
import { readSettings } from '../../../src/extension/settings.ts';

function read(values: Readonly<Record<string, unknown>>) {
  const problems: string[] = [];
  const settings = readSettings(
    (key) => values[key],
    (problem) => problems.push(problem),
  );
  return { settings, problems };
}

const DEFAULTS = {
  ...{
    model: 'auto',
    models: {},
    perceptual: 'auto',
    lpips: '',
    faceDetector: '',
    device: 'auto',
    precision: 'single',
  },
  ...{ output: DEFAULT_OUTPUT, quality: 92, record: 'embedded' },
};
const set = (values: object) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

test('nothing configured means automatic', () => {
  const { settings, problems } = read({});
  assert.deepEqual(set(settings), DEFAULTS);
  assert.deepEqual(problems, []);
});

test('null and "auto" leave numbers to the model', () => {
  const { settings, problems } = read({ layer: null, codes: 'auto', iterations: null });
  assert.deepEqual(set(settings), DEFAULTS);
  assert.deepEqual(problems, []);
});

test('values in range are used', () => {
  const values = {
    ...{
      layer: 4,
      codes: 20,
      iterations: 60,
      model: 'fruit128',
      models: { inpaint: 'faces' },
      device: 'cpu',
      memory: 8,
      precision: 'mixed',
    },
    ...{ output: '/out/${index}.webp', quality: 70, record: 'both' },
  };
  assert.deepEqual(set(read(values).settings), { ...values, perceptual: 'auto', lpips: '', faceDetector: '' });
  const perceptual = { perceptual: 'vgg16', perceptualWeight: 0.5 };
  assert.deepEqual(set(read(perceptual).settings), { ...DEFAULTS, ...perceptual });
});

test('a value out of range is named with what is allowed, and not used', () => {
  for (const [key, value] of [
    ['layer', 0],
    ['layer', 2.5],
    ['codes', 1001],
    ['iterations', '60'],
    ['device', 'gpu'],
    ['memory', 0],
    ['precision', 'half'],
    ['perceptual', 7],
    ['perceptualWeight', -1],
    ['lpips', false],
    ['faceDetector', 7],
    ['model', '  '],
    ['models', { sharpen: 'faces' }],
    ['models', { inpaint: 7 }],
    ['output', 5],
    ['quality', 0],
    ['record', 'elsewhere'],
  ] as const) {
    const { settings, problems } = read({ [key]: value });
    assert.deepEqual(set(settings), DEFAULTS, key);
    assert.equal(problems.length, 1, key);
    assert.match(problems[0]!, new RegExp(`"ganPrior.${key}" is .* it may be `));
  }
});

test('package.json declares the same settings with the same defaults', () => {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: { configuration: { properties: Record<string, { default: unknown }> } };
  };
  const declared = Object.entries(contributes.configuration.properties);
  const byKey = new Map(declared.map(([key, property]) => [key.replace('ganPrior.', ''), property.default]));
  // These say where models come from and go to; `modelsView/storeSettings.ts` reads them.
  for (const key of ['catalogs', 'halfPrecision', 'keepCheckpoints', 'modelFolder', 'sampleModels'])
    assert.ok(byKey.delete(key), key);
  assert.deepEqual([...byKey.keys()].sort(), [
    ...[
      'codes',
      'device',
      'faceDetector',
      'iterations',
      'layer',
      'lpips',
      'memory',
      'model',
      'models',
      'output',
      'perceptual',
      'perceptualWeight',
      'precision',
      'quality',
      'record',
    ],
  ]);
  assert.deepEqual(set(read(Object.fromEntries(byKey)).settings), DEFAULTS);
});
