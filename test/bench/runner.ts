/** A contender where it computes, be that a process or a worker of a page. */
import type { Generator } from '../../src/engine/generator/generator.ts';
import type { Case, Check, Ready, Steps } from './contender.ts';

export interface Runner {
  readonly ready: Ready;
  /** Takes steps one after the other. */
  readonly take: (count: number) => Promise<Steps>;
}

/** What a contender computes with. */
export interface Given {
  readonly timed: Case;
  readonly generator: Generator;
  /** The generator's slices, as ONNX. */
  readonly files: readonly Uint8Array[];
}

/** A library that computes the same. */
export interface Rival {
  readonly check: Check;
  /** One optimisation step. @returns the loss before it, by which the step is waited for */
  readonly step: () => Promise<number>;
}

/**
 * A rival as it is timed.
 * @param open starts the library, with the weights in memory, and makes its check, which counts to the first step
 */
export async function runnerOf(open: () => Promise<Rival>): Promise<Runner> {
  const began = performance.now();
  const { check, step } = await open();
  await step();
  return { ready: { firstStepMs: performance.now() - began, check }, take: (count) => timeSteps(step, count) };
}

/** Takes steps one after the other. @returns the time of each in ms, and the loss before the last one */
export async function timeSteps(step: () => Promise<number>, count: number): Promise<Steps> {
  const milliseconds: number[] = [];
  let loss = NaN;
  for (let i = 0; i < count; i++) {
    const from = performance.now();
    loss = await step();
    milliseconds.push(performance.now() - from);
  }
  return { milliseconds, loss };
}
