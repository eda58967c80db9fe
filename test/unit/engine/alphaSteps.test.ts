/** Steps that move only the importances. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { movesAll, stepsOfAll } from '../../../src/engine/inversion/alphaSteps.ts';
import type { Checkpoint, Job } from '../../../src/engine/inversion/job.ts';
import { run } from '../../../src/engine/inversion/run.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction as job } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });

/** The state after every step. */
async function states(of: Job, resumeFrom?: Checkpoint, until = of.iterations): Promise<Checkpoint[]> {
  const found: Checkpoint[] = [];
  for (let from = resumeFrom, step = (from?.step ?? 0) + 1; step <= until; step++) {
    await run(nativeBackend, generator, of, {
      ...(from && { resumeFrom: from }),
      stopAfter: step,
      checkpointMs: 1e-9,
      emit: (e) => {
        if (e.kind === 'checkpoint') from = e.checkpoint;
      },
    });
    found.push(from!);
  }
  return found;
}

const near = (a: Tensor<'float32'>, b: Tensor<'float32'>, tolerance: number) =>
  a.data.every((value, i) => Math.abs(value - b.data[i]!) <= tolerance);

describe('steps of alpha', () => {
  test('take turns with steps of everything', () => {
    const counted = [1, 2, 3, 4, 5, 6, 7];
    assert.deepEqual(
      counted.map((step) => movesAll(2, step)),
      [true, false, false, true, false, false, true],
    );
    assert.deepEqual(
      counted.map((step) => stepsOfAll(2, step)),
      [1, 1, 1, 2, 2, 2, 3],
    );
  });

  for (const [kind, method] of [
    ['gd', 'multi-code'],
    ['adam', 'multi-code'],
    ['lbfgs', 'multi-code'],
    ['adam', 'second-cut'],
  ] as const) {
    test(`move alpha as a whole step does, and nothing else (${kind}, ${method})`, async () => {
      const optimizer = { ...job.optimizer, kind, schedule: 'constant' } as const;
      const of: Job = { ...job, method, optimizer, alphaSteps: 3, iterations: 3 };
      const [first, second, third] = (await states(of)) as [Checkpoint, Checkpoint, Checkpoint];
      // The same two steps with everything in the graph, and a rate of the codes of 0.
      const frozen: Job = { ...job, method, optimizer: { ...optimizer, learningRate: 0 }, iterations: 3 };
      const [expected, next] = (await states(frozen, first)) as [Checkpoint, Checkpoint];
      for (const [found, wanted] of [
        [second, expected],
        [third, next],
      ] as const) {
        const names = Object.keys(found.state).filter((name) => /^(alpha|beta)/.test(name));
        for (const name of names) assert.ok(near(found.state[name]!, wanted.state[name]!, 1e-5), name);
        assert.notDeepEqual(found.state['alpha'], first.state['alpha']);
        for (const name of Object.keys(found.state).filter((name) => name.startsWith('z')))
          assert.deepEqual(found.state[name], first.state[name], name);
      }
    });
  }

  test('do not age the codes: Adam takes their second step as such', async () => {
    const optimizer = { ...job.optimizer, alphaLearningRate: 0, schedule: 'constant' } as const;
    const [plain, turns] = [
      await states({ ...job, optimizer, iterations: 2 }),
      await states({ ...job, optimizer, alphaSteps: 2, iterations: 4 }),
    ];
    assert.ok(near(turns.at(-1)!.state['z']!, plain.at(-1)!.state['z']!, 1e-6));
  });

  test('a run of them is resumed bit for bit, also between two of them', async () => {
    const of: Job = { ...job, alphaSteps: 3, keep: 'best' };
    const unbroken = await run(nativeBackend, generator, of);
    assert.ok(unbroken.losses.at(-1)! < unbroken.losses[0]!);
    const from = (await states(of, undefined, 7)).at(-1)!;
    assert.equal(from.step, 7);
    const resumed = await run(nativeBackend, generator, of, { resumeFrom: from });
    assert.deepEqual(resumed.x.data, unbroken.x.data);
    assert.deepEqual(resumed.losses, unbroken.losses.slice(7));
  });

  test('mean nothing to a method without importances', async () => {
    const of: Job = { ...job, method: 'feature-map', iterations: 5 };
    const [with3, without] = [
      await run(nativeBackend, generator, { ...of, alphaSteps: 3 }),
      await run(nativeBackend, generator, of),
    ];
    assert.deepEqual(with3.x.data, without.x.data);
  });
});
