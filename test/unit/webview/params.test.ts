import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelInfo } from '../../../src/shared/documentState.ts';
import { SPACES, spaceOf, spaceParams } from '../../../src/webview/spaces.ts';
import { canDo, liveChanges, parseParams, readTune, withMethod } from '../../../src/webview/params.ts';
import { tuneText } from '../../../src/shared/tuneText.ts';

const model: ModelInfo = {
  id: 'm',
  name: 'M',
  domain: 'noise',
  licence: 'MIT',
  resolution: 16,
  lastCut: 6,
  defaults: {},
};
const empty = {
  layer: '',
  codes: '',
  iterations: '',
  starts: '',
  width: '',
  truncation: '',
  class: '',
  seed: '',
  learningRate: '',
  alphaLearningRate: '',
  seam: '',
  feather: '',
};

test('empty fields say nothing, so that defaults apply', () => {
  assert.deepEqual(parseParams('super-resolve', model, '', empty), { params: { model: 'm' }, problems: {} });
});

test('numbers in range become parameters', () => {
  const { params, problems } = parseParams('super-resolve', model, '8', { ...empty, layer: ' 6 ', seed: '0' });
  assert.deepEqual(params, { model: 'm', layer: 6, seed: 0, factor: 8 });
  assert.deepEqual(problems, {});
});

test('a factor means nothing to other tasks', () => {
  assert.deepEqual(parseParams('colorize', model, '8', empty).params, { model: 'm' });
});

test('anything else is a problem of its field, with the range', () => {
  for (const text of ['7', '0', '-1', '2.5', 'two', '1e1']) {
    const { params, problems } = parseParams('colorize', model, '', { ...empty, layer: text });
    assert.deepEqual(problems, { layer: { low: 1, high: 6 } }, text);
    assert.equal(params.layer, undefined);
  }
});

test('rates are numbers of any kind', () => {
  const { params, problems } = parseParams('colorize', model, '', {
    ...empty,
    learningRate: '.05',
    alphaLearningRate: '1e-3',
  });
  assert.deepEqual([params.learningRate, params.alphaLearningRate], [0.05, 0.001]);
  assert.deepEqual(problems, {});
  assert.ok(parseParams('colorize', model, '', { ...empty, learningRate: '-1' }).problems.learningRate?.fractions);
});

test('only what is different, and can be changed on the way, is a change of a run', () => {
  const defaults = { layer: 4, codes: 10, iterations: 60, starts: 0, learningRate: 0.1, alphaLearningRate: 0.03 };
  const known = { ...model, defaults: { inpaint: defaults } };
  const changes = (before: object, wanted: object) => liveChanges('inpaint', known, before, wanted);
  assert.deepEqual(changes({}, {}), {});
  assert.deepEqual(changes({}, { iterations: 60, starts: 2, seed: 4 }), {});
  assert.deepEqual(changes({ codes: 8 }, { codes: 12, layer: 2 }), { codes: 12, layer: 2 });
  assert.deepEqual(changes({}, { iterations: 90, learningRate: 0.2 }), { iterations: 90, learningRate: 0.2 });
  assert.deepEqual(changes({ iterations: 90 }, {}), { iterations: 60 }, 'an emptied field means the default again');
});

test('a feather means nothing to other tasks, whatever is typed', () => {
  const texts = { ...empty, seam: '3', feather: 'x' };
  assert.deepEqual(parseParams('colorize', model, '', texts), { params: { model: 'm', seam: 3 }, problems: {} });
  assert.deepEqual(Object.keys(parseParams('inpaint', model, '', texts).problems), ['feather']);
});

test('what means nothing to a model says nothing, however it is typed', () => {
  const { resolution, lastCut, ...own } = model;
  const any: ModelInfo = {
    ...own,
    tasks: ['denoise'],
    defaults: { denoise: { iterations: 200, width: 64, learningRate: 0.1 } },
  };
  const texts = { ...empty, layer: '3', codes: 'x', starts: '5', alphaLearningRate: '1', width: '32', iterations: '9' };
  assert.deepEqual(parseParams('denoise', any, '', texts), {
    params: { model: 'm', iterations: 9, width: 32 },
    problems: {},
  });
  const trained = { layer: 4, codes: 10, iterations: 60, starts: 0, learningRate: 0.1, alphaLearningRate: 0.03 };
  const known = { ...model, resolution, lastCut, defaults: { denoise: trained } } as ModelInfo;
  assert.equal(parseParams('denoise', known, '', { ...empty, width: '32' }).params.width, undefined);
  assert.deepEqual([canDo(any, 'denoise'), canDo(any, 'colorize'), canDo(model, 'colorize')], [true, false, true]);
});

test('tuning is of the layers after the one that codes are mixed at', () => {
  assert.equal(readTune(' ', model, 3), undefined);
  const tune = readTune('4-7, 20', model, 3);
  assert.deepEqual(tune, { layers: [4, 7], steps: 20, learningRate: 0.001, anchor: 0.1 });
  assert.deepEqual(
    readTune(tuneText(tune as Parameters<typeof tuneText>[0]), model, 3),
    tune,
    'what is shown is what is read',
  );
  for (const text of ['3-7,20', '4-8,20', '4-7', 'all']) {
    assert.deepEqual(readTune(text, model, 3), { among: [4, 7] }, text);
  }
});

test('a chosen method brings its own defaults, where the model has it', () => {
  const own = { denoise: { iterations: 800, learningRate: 0.01 } };
  const open: ModelInfo = {
    ...model,
    defaults: { denoise: { iterations: 1, learningRate: 0.1 } },
    methods: [{ id: 'deep-decoder', defaults: own }],
  };
  assert.deepEqual(withMethod(open, 'deep-decoder')?.defaults, own);
  for (const method of ['', 'deep-image-prior'] as const) assert.equal(withMethod(open, method), open);
  assert.equal(withMethod(model, 'deep-decoder'), model);
});

test('an encoder leaves nothing to set: neither layers and codes nor steps and seed', () => {
  const once = { denoise: { iterations: 1 } };
  const steps = { denoise: { layer: 4, codes: 10, iterations: 80, starts: 20, learningRate: 0.1 } };
  const chosen = withMethod({ ...model, defaults: steps, methods: [{ id: 'encoder', defaults: once }] }, 'encoder');
  assert.deepEqual([chosen?.onePass, chosen?.lastCut, chosen?.defaults], [true, undefined, once]);
  const typed = { ...empty, layer: '2', codes: '3', iterations: '9', starts: '1', seed: '5', learningRate: '0.2' };
  assert.deepEqual(parseParams('denoise', chosen, '', typed), { params: { model: 'm' }, problems: {} });
});

test('truncation and classes belong to models that have them, and no class is beyond the last', () => {
  const usual = { iterations: 10, learningRate: 0.1 };
  const of: ModelInfo = {
    ...model,
    spaces: true,
    classes: 4,
    defaults: { inpaint: { ...usual, truncation: 0.7, class: 0 } },
  };
  const typed = { ...empty, truncation: '0.5', class: '3' };
  assert.deepEqual(parseParams('inpaint', of, '', typed).params, { model: 'm', truncation: 0.5, class: 3 });
  assert.deepEqual(parseParams('inpaint', of, '', { ...typed, class: '4' }).problems, { class: { low: 0, high: 3 } });
  const plain: ModelInfo = { ...model, defaults: { inpaint: usual } };
  assert.deepEqual(parseParams('inpaint', plain, '', typed).params, { model: 'm' });
});

test('a choice of space comes to parameters and back', () => {
  for (const space of ['', ...SPACES] as const) assert.equal(spaceOf(spaceParams(space)), space);
  assert.deepEqual(spaceParams('widen'), { latent: 'w', widen: 0.5 });
  assert.deepEqual(spaceParams('robust-unsupervised'), { preset: 'robust-unsupervised' });
});
