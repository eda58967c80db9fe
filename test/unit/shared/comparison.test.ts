/** Which methods can be compared, what each is run with, and how long that takes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { methodsFor, paramsOf, suggested } from '../../../src/shared/comparison/methods.ts';
import { paceKey, secondsFor } from '../../../src/shared/comparison/paces.ts';
import { titleOf } from '../../../src/shared/comparison/titles.ts';
import { UNTRAINED_CHOICES, type ModelInfo, type Setup } from '../../../src/shared/documentState.ts';

const of = (steps: number) => ({ 'super-resolve': { iterations: steps }, inpaint: { iterations: steps } });
const common = { domain: 'things', licence: 'MIT' };
const generator = (id: string): ModelInfo => ({ ...common, id, name: id.toUpperCase(), lastCut: 3, defaults: of(50) });
const untrained: ModelInfo = {
  ...{ ...common, id: 'untrained', name: 'Any picture' },
  tasks: ['super-resolve', 'inpaint', 'denoise', 'reconstruct'],
  methods: UNTRAINED_CHOICES.map((id) => ({ id, defaults: of(200) })),
  defaults: of(1),
};
const network: ModelInfo = {
  ...{ ...common, id: 'esrgan', name: 'ESRGAN', onePass: true, tasks: ['super-resolve'] },
  defaults: of(1),
};
const setup = (models: ModelInfo[]): Setup => ({
  tasks: ['super-resolve', 'colorize', 'inpaint', 'denoise', 'reconstruct'],
  models,
  modelFor: { 'super-resolve': 'faces', colorize: 'faces', inpaint: 'untrained', denoise: 'untrained' },
  networks: [],
  perceptual: 'none',
  device: 'auto',
});
const all = setup([generator('fruit'), generator('faces'), untrained, network]);
const ids = (task: Parameters<typeof methodsFor>[1], params = {}, from = all) =>
  methodsFor(from, task, params).map(({ id }) => id);

describe('methods to compare', () => {
  test('are those that fit the task and whose models are here, the chosen model first', () => {
    const ofUntrained = ['random-projector', 'deep-image-prior', 'deep-decoder'];
    const ofFaces = ['multi-code faces', 'single-code faces', 'feature-map faces', 'multi-code fruit'];
    assert.deepEqual(ids('super-resolve'), ['plain', 'one-pass', 'network esrgan', ...ofFaces, ...ofUntrained]);
    assert.deepEqual(ids('super-resolve', { model: 'fruit' }).slice(3, 4), ['multi-code fruit']);
    const [first, ...others] = ofUntrained;
    const anchored = [first, 'anchored-projector', ...others];
    assert.deepEqual(ids('inpaint', { model: 'faces' }), ['plain', 'one-pass', ...ofFaces, ...anchored]);
    assert.deepEqual(ids('colorize'), ofFaces, 'nothing that knows no colours');
    assert.deepEqual(ids('denoise').slice(0, 1), ['one-pass']);
    assert.ok(!ids('denoise', { noise: 'impulse' }).includes('one-pass'), 'which is for grain alone');
    assert.deepEqual(ids('super-resolve', {}, setup([generator('fruit')])), [
      'plain',
      ...['multi-code fruit', 'single-code fruit', 'feature-map fruit'],
    ]);
  });

  test('have the encoder among them where the model has one, which is asked for no steps', () => {
    const encoding = { ...generator('faces'), methods: [{ id: 'encoder' as const, defaults: of(1) }] };
    const offered = methodsFor(setup([encoding, untrained]), 'super-resolve', { iterations: 9 });
    const encoder = offered.find(({ id }) => id === 'encoder faces')!;
    assert.deepEqual([encoder.steps, titleOf(encoder, 'super-resolve')], [1, 'Encoder']);
    assert.deepEqual(paramsOf(encoder, { iterations: 9, layer: 2 }, 'faces'), { model: 'faces', method: 'encoder' });
    assert.ok(
      offered.some(({ id }) => id === 'deep-decoder'),
      'and the untrained ones beside it',
    );
  });

  test('are called by their models where there are several', () => {
    const titles = (from: Setup) => methodsFor(from, 'super-resolve', {}).map((one) => titleOf(one, 'super-resolve'));
    assert.deepEqual(titles(all).slice(0, 5), [
      ...['Bicubic', 'Trained networks', 'ESRGAN', 'Multi-code, FACES', 'Single code, FACES'],
    ]);
    assert.deepEqual(titles(setup([generator('fruit')])), ['Bicubic', 'Multi-code', 'Single code', 'Feature map']);
    assert.equal(titleOf(methodsFor(all, 'inpaint', {})[0]!, 'inpaint'), 'Harmonic fill');
  });

  test('suggested are what is quick, the paper and its first baseline, six at most', () => {
    assert.deepEqual(suggested(methodsFor(all, 'super-resolve', {})), [
      ...['plain', 'one-pass', 'network esrgan', 'multi-code faces', 'single-code faces'],
    ]);
    const many = setup([...Array.from({ length: 6 }, (_, i) => ({ ...network, id: `n${i}` })), generator('faces')]);
    assert.equal(suggested(methodsFor(many, 'super-resolve', {})).length, 6);
    assert.deepEqual(suggested(methodsFor(setup([untrained]), 'denoise', { noise: 'impulse' })), [
      ...['random-projector', 'deep-image-prior'],
    ]);
  });
});

describe('what a method is run with', () => {
  const form = {
    ...{ model: 'faces', layer: 2, codes: 7, iterations: 30, seed: 4, factor: 4 as const, perceptual: 'none' },
    region: { left: 0, top: 0, width: 8, height: 8 },
    tune: { layers: [3, 4] as [number, number], steps: 5, learningRate: 0.1, anchor: 1 },
  };
  const of = (id: string, formOf: Parameters<typeof paramsOf>[1] = form) =>
    paramsOf(
      methodsFor(all, 'super-resolve', formOf).find((one) => one.id === id)!,
      formOf,
      formOf.model,
    );
  const { region } = form;

  test('is all that is chosen for the model that it is chosen for', () => {
    assert.deepEqual(of('multi-code faces'), { ...form, method: 'multi-code' });
    const gone = ['tune', 'codes'];
    const rest = Object.fromEntries(Object.entries(form).filter(([name]) => !gone.includes(name)));
    assert.deepEqual(of('single-code faces'), { ...rest, method: 'single-code' });
  });

  test('is what the picture and the task say for every other, and the steps for what takes any', () => {
    const said = { seed: 4, factor: 4, region };
    assert.deepEqual(of('multi-code fruit'), {
      ...{ ...said, iterations: 30, perceptual: 'none', model: 'fruit', method: 'multi-code' },
    });
    assert.deepEqual(of('deep-decoder'), { ...said, iterations: 30, model: 'untrained', method: 'deep-decoder' });
    assert.deepEqual(of('one-pass'), { ...said, model: 'untrained', method: 'one-pass' });
    assert.deepEqual(of('network esrgan'), { ...said, model: 'esrgan' });
  });

  test('of the untrained model is what was chosen for the method, not for another one of its', () => {
    const typed = { model: 'untrained', method: 'deep-image-prior' as const, width: 32, learningRate: 0.2 };
    assert.deepEqual(of('deep-image-prior', typed), typed);
    assert.deepEqual(of('deep-decoder', typed), { model: 'untrained', method: 'deep-decoder' });
  });
});

describe('the time that a method will take', () => {
  const size = { width: 100, height: 100 };
  const named = (id: string) => methodsFor(all, 'super-resolve', {}).find((one) => one.id === id)!;

  test('is known of what draws any size from the start, and of models once they ran here', () => {
    assert.ok(Math.abs(secondsFor(named('deep-image-prior'), 'super-resolve', size, {})! - 12.2) < 1e-9);
    assert.equal(secondsFor(named('multi-code faces'), 'super-resolve', size, {}), undefined);
    assert.equal(secondsFor(named('network esrgan'), 'super-resolve', size, {}), undefined);
    const paces = {
      [paceKey('faces', 'multi-code', 'super-resolve')]: 200,
      [paceKey('esrgan', 'one-pass', 'super-resolve')]: 0.5,
      [paceKey('untrained', 'deep-image-prior', 'super-resolve')]: 0.001,
    };
    assert.equal(secondsFor(named('multi-code faces'), 'super-resolve', size, paces), 10);
    assert.equal(secondsFor(named('network esrgan'), 'super-resolve', size, paces), 5);
    assert.equal(secondsFor(named('deep-image-prior'), 'super-resolve', size, paces), 2, 'as it was here');
    assert.equal(secondsFor(named('multi-code fruit'), 'super-resolve', size, paces), undefined);
  });
});
