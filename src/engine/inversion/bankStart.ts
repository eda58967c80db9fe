/** Choosing starts from a generator's bank: its thumbnails are degraded and compared as the generator's images would be. */
import type { Backend } from '../backends/backend.ts';
import { evaluate } from '../backends/evaluate.ts';
import { ParameterError } from '../errors.ts';
import type { Bank } from '../generator/bank.ts';
import { comparedSide } from '../generator/familiarity.ts';
import type { Generator } from '../generator/generator.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import { squaredErrors } from '../losses/pixel.ts';
import { shuffled } from '../random.ts';
import { taskById } from '../tasks/registry.ts';
import type { Tensor } from '../tensor.ts';
import type { Job } from './job.ts';

/**
 * `wanted` codes of the bank: `job.starts` of them best first, and where more are wanted others after them. The seed says which codes of the bank take part, half
 * of them at most, so another seed gives another picture.
 * @returns codes one after the other
 * @throws ParameterError when the generator has no bank, or one of fewer codes than are wanted
 */
export async function chooseFromBank(
  backend: Backend,
  generator: Generator,
  job: Job,
  wanted: number,
): Promise<Float32Array> {
  const { bank, manifest } = generator;
  if (!bank)
    throw new ParameterError(
      `${manifest.name} has no bank of starts: import it again with --starts, or score random codes.`,
    );
  const { count } = bank.shape;
  const candidates = shuffled(count, job.seed).slice(0, Math.min(Math.max(job.starts, wanted), Math.ceil(count / 2)));
  if (candidates.length < wanted) {
    throw new ParameterError(
      `The bank of ${manifest.name} offers ${candidates.length} starts; ${wanted} are too many.`,
    );
  }
  const compared = candidates.slice(0, job.starts);
  const losses = compared.length === 0 ? [] : await compare(backend, bank, compared, job);
  const order = [...losses.keys()].sort((a, b) => losses[a]! - losses[b]!);
  const ordered = [...order.map((i) => compared[i]!), ...candidates.slice(compared.length)];
  return bank.codes(ordered.slice(0, wanted), manifest.latent.size);
}

/** @throws ParameterError when the job's codes are to come from a bank that has fewer */
export function checkStarts({ bank, manifest }: Pick<Generator, 'bank' | 'manifest'>, job: Job): void {
  if (!job.bank || !bank) return;
  const offered = Math.ceil(bank.shape.count / 2);
  if (job.codes > offered) {
    throw new ParameterError(`The bank of ${manifest.name} offers ${offered} starts; ${job.codes} are too many.`);
  }
}

/** The loss of Eq. 6 to 8 on images reduced to the smaller of the target and the thumbnails. */
async function compare(backend: Backend, bank: Bank, indices: readonly number[], job: Job): Promise<number[]> {
  const { side } = bank.shape;
  const compared = comparedSide(job.target.dims[2]!, side);
  const reduced = (planes: Tensor<'float32'>) =>
    planesToTensor(resample(tensorToPlanes(planes), compared, compared, 'area'));
  const feeds = {
    thumbnails: bank.thumbnails(indices),
    target: reduced(job.target),
    ...(job.known && { known: reduced(job.known) }),
  };
  const b = new GraphBuilder('bank');
  const input = (name: keyof typeof feeds) => b.input(name, 'float32', feeds[name]!.dims);
  const degraded = taskById(job.task).degrade(b, input('thumbnails'), { factor: side / compared, down: 'area' });
  const known = job.known && input('known');
  const losses = squaredErrors(b, known ? b.mul(degraded, known) : degraded, input('target'), known);
  return [...(await evaluate<'losses'>(backend, b.build({ losses }), feeds)).losses.data];
}
