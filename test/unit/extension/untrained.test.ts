/** The untrained prior in the editor's document: offered for what it can do, run in the host's thread at the picture's own size. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../../src/engine/inversion/run.ts';
import { untrained } from '../../../src/engine/prior.ts';
import { finish, prepare, type Preview } from '../../../src/engine/tasks/index.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { UNTRAINED } from '../../../src/engine/untrained/manifest.ts';
import { ImageDocument } from '../../../src/extension/document/imageDocument.ts';
import { Models } from '../../../src/extension/models.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { ThreadWorkshop } from '../../../src/extension/threadWorkshop.ts';
import { decodePicture, encodePng } from '../../../src/node/codecs/index.ts';
import { embeddedModels } from '../../../src/node/models.ts';
import { parseRecord } from '../../../src/node/record.ts';
import { nativeBackend } from '../../support/backends.ts';
import { quarters } from '../node/pictures.ts';
import { sourceThread } from '../node/sourceThread.ts';
import { begin } from './fakes.ts';
import { surroundings } from './surroundings.ts';

const settingsOf = (values: Readonly<Record<string, unknown>>) => readSettings((key) => values[key], assert.fail);
const modelsOf = (values: Readonly<Record<string, unknown>>) =>
  new Models(settingsOf(values), '/', [embeddedModels()], '/no/networks');

test('it is offered beside the models, with what applies to it', async () => {
  const { models, modelFor } = await modelsOf({ layer: 3, codes: 7, iterations: 90 }).setup();
  const { name, tasks, resolution, lastCut, defaults } = models.find(({ id }) => id === 'untrained')!;
  assert.equal(name, 'Any picture');
  assert.deepEqual([resolution, lastCut], [undefined, undefined]);
  assert.ok(!tasks!.includes('colorize'));
  assert.deepEqual(defaults.denoise, { iterations: 90, learningRate: 0.1, width: 64 });
  assert.equal(defaults.colorize, undefined);
  assert.equal(modelFor.denoise, 'fruit128');
});

const TUNE = { layers: [5, 13] as [number, number], steps: 20, learningRate: 0.001, anchor: 0.1 };

test('its methods are a choice, each with defaults of its own', async () => {
  const { models } = await modelsOf({}).setup();
  const { methods, defaults } = models.find(({ id }) => id === 'untrained')!;
  assert.equal(defaults.denoise!.iterations, 1, 'by default its trained networks need one pass');
  assert.deepEqual(
    methods!.map(({ id, defaults: { denoise } }) => [id, denoise]),
    [
      ['random-projector', { iterations: 200, learningRate: 0.1, width: 64 }],
      ['anchored-projector', { iterations: 200, learningRate: 0.1, width: 64 }],
      ['deep-image-prior', { iterations: 800, learningRate: 0.01 }],
      ['deep-decoder', { iterations: 800, learningRate: 0.01, width: 64 }],
    ],
  );
  const ofGenerator = models.find(({ id }) => id === 'fruit128')!.methods;
  assert.deepEqual(
    ofGenerator?.map(({ id }) => id),
    ['encoder'],
    'a generator has its own',
  );
});

test('a chosen method is what a run of it optimises, and a trained model is tuned as is asked', async () => {
  const thread = sourceThread();
  try {
    const around = surroundings(settingsOf({ device: 'cpu' }), () => modelsOf({ device: 'cpu' }));
    const workshop = new ThreadWorkshop(thread, { ...around, read: () => Promise.resolve(encodePng(quarters(13, 9))) });
    for (const method of ['deep-image-prior', 'deep-decoder'] as const) {
      const { job } = await workshop.prepare('denoise', { model: 'untrained', method });
      assert.deepEqual([job.method, job.iterations, job.optimizer.learningRate], [method, 800, 0.01]);
    }
    const { job: encoded } = await workshop.prepare('denoise', { model: 'fruit128', method: 'encoder' });
    assert.deepEqual([encoded.method, encoded.iterations, encoded.perceptual], ['encoder', 1, undefined]);
    const { job } = await workshop.prepare('reconstruct', { model: 'fruit128', layer: 4, tune: TUNE });
    assert.deepEqual(job.tune, TUNE);
  } finally {
    await thread.dispose();
  }
});

test('as the model of all tasks it leaves colours to one that knows some', async () => {
  const own = modelsOf({ model: 'untrained' });
  const { modelFor, problem } = await own.setup();
  assert.equal(problem, undefined);
  assert.deepEqual([modelFor.inpaint, modelFor.colorize], ['untrained', 'fruit128']);
  assert.equal((await own.choose('denoise', undefined)).manifest, UNTRAINED);
});

test('a run of it in the host shows the picture at its own shape, and its record makes the result again', async () => {
  const settings = settingsOf({ device: 'cpu' });
  const thread = sourceThread();
  try {
    const source = quarters(13, 9);
    const around = surroundings(settings, () => modelsOf({ device: 'cpu' }));
    const document = new ImageDocument(
      new ThreadWorkshop(thread, { ...around, read: () => Promise.resolve(encodePng(source)) }),
    );
    const params = { model: 'untrained', iterations: 6, width: 8, perceptual: 'multi-scale' };
    const previews: { readonly x?: Tensor<'float32'>; readonly shown: Preview }[] = [];
    document.listen((event) => {
      if (event.kind === 'preview') previews.push(event);
    });
    const done = new Promise<void>((resolve) =>
      document.listen((event) => {
        if (event.kind === 'result') resolve();
      }),
    );
    await begin(document, undefined, 'denoise', params);
    await done;
    assert.equal(previews[0]?.x, undefined, 'what is seen in passing takes no large drawing along');
    assert.deepEqual(previews[1]?.x?.dims, [1, 3, 9, 13]);
    assert.deepEqual(previews[0]?.shown.at, { left: 0, top: 0, width: 13, height: 9 });

    const { result } = document;
    assert.deepEqual([result!.model, result!.layer, result!.codes], ['untrained', 0, 0]);
    const record = parseRecord(result!.record)!;
    assert.deepEqual([record.options.layer, record.options.codes, record.options.width], [undefined, undefined, 8]);
    const again = prepare('denoise', source, UNTRAINED, record.options);
    const { x } = await run(nativeBackend, untrained, again.job);
    const shown = await decodePicture(result!.png as Uint8Array<ArrayBuffer>, 'the result');
    assert.deepEqual(previews.at(-1)?.shown.picture.data, shown.data, 'what was shown last is what is saved');
    assert.deepEqual(shown.data, finish('denoise', source, x, again.frame, record.options).data);
  } finally {
    await thread.dispose();
  }
});
