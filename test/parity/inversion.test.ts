/** Every case of the reference implementation, number for number, on onnxruntime-node and on WASM. */
import { describe, test } from 'node:test';
import { run } from '../../src/engine/inversion/run.ts';
import { nativeBackend, wasmBackend } from '../support/backends.ts';
import { assertCase, referenceCases, referenceGenerator, referenceJob, referencePhi } from '../support/reference.ts';
import { startGradients } from '../support/startGradients.ts';

const generator = await referenceGenerator();
const phi = await referencePhi();

for (const backend of [nativeBackend, wasmBackend]) {
  describe(backend.name, () => {
    for (const reference of referenceCases) {
      test(reference.name, async () => {
        const job = await referenceJob(reference);
        const outcome = await run(backend, generator, job, { phi });
        await assertCase(reference, outcome, await startGradients(backend, generator, job, phi));
      });
    }
  });
}
