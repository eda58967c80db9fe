/** A record says it when it does not make the picture again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, RunControl, type RunOptions } from '../../../src/engine/inversion/run.ts';
import type { Job } from '../../../src/engine/inversion/job.ts';
import { withBank } from '../../../src/importers/index.ts';
import { generatorOf, loadModel, readManifest } from '../../../src/node/models.ts';
import { parseRecord, recordOf, type MadeRecord } from '../../../src/node/record.ts';
import { prepare } from '../../../src/engine/tasks/index.ts';
import { nativeBackend } from '../../support/backends.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from './pictures.ts';

const manifest = await readManifest(TINY_MODEL);
const { files } = await loadModel({ folder: TINY_MODEL, manifest });
const generator = generatorOf({ manifest, files });
const options = { codes: 2, iterations: 3, starts: 80 };
const source = { name: 'a.png', bytes: Uint8Array.of(1) };
const { job } = prepare('reconstruct', quarters(16, 16), manifest, options);

async function recorded(runOptions: RunOptions): Promise<{ record: MadeRecord; x: readonly number[] }> {
  const outcome = await run(nativeBackend, generator, job, runOptions);
  const record = parseRecord(recordOf({ manifest, job, options, outcome, source }));
  return { record: record!, x: [...outcome.x.data] };
}

test('a run that is stopped while its starts are scored is recorded as one that cannot be made again', async () => {
  const control = new RunControl();
  const stopped = await recorded({ control, emit: (event) => event.kind === 'phase' && control.stop() });
  const whole = await recorded({ stopAfter: 0 });
  assert.notDeepEqual(stopped.x, whole.x, 'the best of fewer starts');
  assert.match(stopped.record.unrepeatable!, /before the first step/);
});

test('a run that is stopped between two steps is one of fewer steps', async () => {
  const control = new RunControl();
  const { record } = await recorded({ control, emit: (event) => event.kind === 'progress' && control.stop() });
  assert.equal(record.steps, 1);
  assert.equal(record.unrepeatable, undefined);
});

test('the bank that the starts came from is part of the record', async () => {
  const hashes = await Promise.all(
    [40, 60].map(async (count) => {
      const imported = { manifest, files: new Map(manifest.slices.map(({ file }, i) => [file, files[i]!])) };
      const banked = (await withBank(nativeBackend, imported, count)).manifest;
      const recordWith = (more: Partial<Job>) => {
        const outcome = {
          ...{ x: job.target, parameters: {}, steps: 3, losses: [], stopped: false },
          ...{ backend: 'none', milliseconds: 1 },
        };
        return parseRecord(recordOf({ manifest: banked, job: { ...job, ...more }, options, outcome, source }))!.model;
      };
      assert.equal(recordWith({ bank: false }).bank, undefined, 'random codes need none');
      return recordWith({ bank: true });
    }),
  );
  assert.equal(hashes[0]!.sha256, hashes[1]!.sha256, 'the weights are the same');
  assert.notEqual(hashes[0]!.bank, hashes[1]!.bank);
});
