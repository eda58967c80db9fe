/** A snapshot of a run that computes its codes in parts is made again, bit for bit, where memory would hold all of them. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { run } from '../../../src/engine/inversion/run.ts';
import { buildStepGraph } from '../../../src/engine/inversion/stepGraph.ts';
import { bytesNeeded } from '../../../src/engine/memory/budget.ts';
import { footprint } from '../../../src/engine/memory/footprint.ts';
import { prepare } from '../../../src/engine/tasks/index.ts';
import { ImageDocument } from '../../../src/extension/document/imageDocument.ts';
import { Models } from '../../../src/extension/models.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { ThreadWorkshop } from '../../../src/extension/threadWorkshop.ts';
import { generatorOf, openModel } from '../../../src/node/models.ts';
import { parseRecord } from '../../../src/node/record.ts';
import { nativeBackend } from '../../support/backends.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';
import { sourceThread } from '../node/sourceThread.ts';
import { begin, FakePage } from './fakes.ts';
import { surroundings } from './surroundings.ts';

const settings = readSettings(
  (key) => ({ model: 'tiny16' })[key],
  (problem) => assert.fail(problem),
);
test('the record of a kept snapshot says how many codes were in memory at one time', async () => {
  const thread = sourceThread();
  try {
    const models = new Models(settings, '/', [dirname(TINY_MODEL)], '/no/such/folder');
    const workshop = new ThreadWorkshop(
      thread,
      surroundings(settings, () => models),
    );
    const document = new ImageDocument(workshop);
    const params = { layer: 2, codes: 6, iterations: 8, starts: 0, perceptual: 'none' };
    const page = new FakePage();
    const { id, plan } = await begin(document, page, 'reconstruct', params);

    const generator = generatorOf(await openModel(TINY_MODEL, []));
    const little = bytesNeeded(footprint(buildStepGraph(generator, { ...plan.job, codesAtOnce: 2 })));
    const previews: Extract<RunEvent, { kind: 'preview' }>[] = [];
    const emit = (event: RunEvent) => {
      if (event.kind === 'preview') previews.push(event);
      else page.report(event);
    };
    await run({ ...nativeBackend, memory: { bytes: little } }, generator, plan.job, { emit, previewMs: 1e-9 });
    const { step, x } = previews.find((preview) => preview.step >= 4)!;
    assert.ok(x);
    await document.keep(id, step, x, 0);

    const record = parseRecord(document.result!.record)!;
    assert.equal(record.steps, step);
    assert.ok(record.options.codesAtOnce! < 6, `${record.options.codesAtOnce} at one time`);
    const { job } = prepare('reconstruct', quarters(4, 4), generator.manifest, record.options);
    const again = await run(nativeBackend, generator, job, { stopAfter: record.steps });
    assert.deepEqual(again.x.data, x.data);
    const all = await run(nativeBackend, generator, { ...job, codesAtOnce: job.codes }, { stopAfter: record.steps });
    assert.notDeepEqual(all.x.data, x.data, 'all at once round differently');
  } finally {
    await thread.dispose();
  }
});
