/** A run that fails gives back every session that it opened: the next attempt needs the memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend } from '../../../src/engine/backends/backend.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import type { Job } from '../../../src/engine/inversion/job.ts';
import { run, RunControl } from '../../../src/engine/inversion/run.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });

/** A device that has room for everything but what the n-th call of `compile` or `run` asks for. */
function failingAt(call: number): { backend: Backend; open: () => number; calls: () => number } {
  let [calls, open] = [0, 0];
  const count = () => {
    if (++calls === call) throw new EngineError('no room');
  };
  const backend: Backend = {
    ...nativeBackend,
    async compile(model) {
      count();
      const executable = await nativeBackend.compile(model);
      open += 1;
      return {
        async run(inputs) {
          count();
          return executable.run(inputs);
        },
        async dispose() {
          open -= 1;
          await executable.dispose();
        },
      };
    },
  };
  return { backend, open: () => open, calls: () => calls };
}

const job: Job = {
  ...{ ...reconstruction, iterations: 4, starts: 8, alphaSteps: 1 },
  perceptual: { kind: 'multi-scale', weight: 0.1 },
  release: { layer: 4, share: 0.25, learningRate: 0.01, anchor: 0.1 },
};

/** To another layer before the third step, so that every way into a stage is taken. */
async function attempt(backend: Backend): Promise<void> {
  const control = new RunControl();
  await run(backend, generator, job, {
    control,
    emit: (event) => event.kind === 'progress' && event.step === 1 && control.amend({ layer: 2, codes: 3 }),
  });
}

test('every session is closed, wherever it fails', async () => {
  const whole = failingAt(Infinity);
  await attempt(whole.backend);
  assert.equal(whole.open(), 0);
  assert.ok(whole.calls() > 20);
  for (let call = 1; call <= whole.calls(); call++) {
    const { backend, open } = failingAt(call);
    await assert.rejects(attempt(backend), { message: 'no room' });
    assert.equal(open(), 0, `sessions that call ${call} of ${whole.calls()} left open`);
  }
});
