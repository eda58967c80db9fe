/** What a run reads off the device. Something that is not a number is an error, never a result. */
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import type { Inversion, StepResult } from './inversion.ts';
import type { Outcome } from './job.ts';
import type { Keep } from './refinements.ts';

/**
 * Reads and disposes the queued results.
 * @param step steps made when they had all been queued
 * @returns the losses, and the pixel term of the last of them
 */
export async function readLosses(
  queued: StepResult[],
  step: number,
): Promise<{ readonly fresh: number[]; readonly pixels: number }> {
  const read = async (value: StepResult['loss']) => Number((await value.read()).data[0]);
  const fresh = await Promise.all(queued.map(({ loss }) => read(loss)));
  const last = queued.at(-1)!;
  const pixels = last.pixels ? await read(last.pixels) : fresh.at(-1)!;
  for (const { loss, pixels: ofStep, image } of queued.splice(0))
    for (const value of [loss, ofStep, image]) value?.dispose();
  if (!fresh.every(Number.isFinite)) throw diverged(step);
  return { fresh, pixels };
}

/** The image and the parameters where the run ended, or of the best state that its last stage passed. */
export async function conclude(
  inversion: Inversion,
  keep: Keep = 'last',
): Promise<Pick<Outcome, 'x' | 'parameters' | 'steps'>> {
  const { loss, x } = await see(inversion, 'last');
  if (keep !== 'best' || loss <= (await inversion.bestLoss())) {
    return { x, parameters: await inversion.parameters(), steps: inversion.step };
  }
  const best = await see(inversion, 'best');
  return { x: best.x, parameters: await inversion.parameters('best'), steps: inversion.step };
}

async function see(inversion: Inversion, at: Keep): Promise<{ loss: number; x: Tensor<'float32'> }> {
  const { loss, pixels, image } = await inversion.look(at);
  const x = (await image.read()) as Tensor<'float32'>;
  const [value] = (await loss.read()).data;
  for (const part of [loss, pixels, image]) part?.dispose();
  if (!x.data.every(Number.isFinite)) throw diverged(inversion.step);
  return { loss: Number(value), x };
}

const diverged = (step: number) =>
  new EngineError(
    `The optimisation diverged at step ${step}: the loss is no longer a number. Lower the learning rate.`,
  );
