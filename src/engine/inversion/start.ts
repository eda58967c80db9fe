/**
 * Where a run starts: random codes, or the best of many.
 *
 * Scoring random codes on the degraded target before the first step is PULSE's and DGP's observation that a good start saves
 * most of the steps: it costs forward passes only.
 */
import type { Backend, DeviceMemory } from '../backends/backend.ts';
import type { Generator } from '../generator/generator.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { squaredErrors } from '../losses/pixel.ts';
import { footprint } from '../memory/footprint.ts';
import { bytesNeeded, fits, memoryFor } from '../memory/budget.ts';
import { methodById } from '../methods/index.ts';
import { writeModel } from '../onnx/write.ts';
import { isGenerator, type Prior } from '../prior.ts';
import { normals } from '../random.ts';
import { taskById } from '../tasks/registry.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import { networkOf } from '../untrained/network.ts';
import type { Job, Parameters } from './job.ts';
import { encodedStart } from './encoderStart.ts';
import { chooseFromBank } from './bankStart.ts';
import { firstNoise } from './noiseMaps.ts';
import { inPrecisionOf } from './precision.ts';
import { withPicked } from './startCodes.ts';
import { comparable } from './stepGraph.ts';

/** Codes scored by one run of the scoring graph, from the most to the fewest that memory may ask for. */
const BATCHES = [20, 10, 5, 2, 1];
/** What several at once may take beyond one, in bytes: where codes are large, more of them at once are no faster. */
const TOGETHER = 1e9;

export interface ScoringProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** Reads the image of the best code so far, [1, 3, R, R]. */
  bestImage(): Promise<Tensor<'float32'>>;
}

/**
 * @param report awaited after every batch; the best codes so far are used when it says to stop
 * @returns the job's own parameters, or those of random codes drawn from its seed or from the generator's bank, or what an untrained
 *   prior's seed draws
 */
export async function chooseStart(
  backend: Backend,
  prior: Prior,
  job: Job,
  report: (progress: ScoringProgress) => Promise<'go on' | 'stop'>,
): Promise<Parameters> {
  if (job.init) return job.init;
  if (!isGenerator(prior)) return networkOf(job).start();
  const method = methodById(job.method);
  const count = method.codes(job);
  // Of a method of one code the first that was picked.
  const picked = job.startCodes?.slice(0, count) ?? [];
  const left = count - picked.length;
  const enough = picked.length > 0 && left === 0;
  const others = enough ? undefined : await chooseCodes(backend, prior, job, left, report);
  const codes = withPicked(picked, others);
  return job.start === 'encoder' ? encodedStart(backend, prior, job, codes) : startFrom(backend, prior, job, codes);
}

/** What a run of these codes z [codes, size] begins with. */
export async function startFrom(
  backend: Backend,
  generator: Generator,
  job: Job,
  z: Tensor<'float32'>,
): Promise<Parameters> {
  return { ...(await methodById(job.method).start(backend, generator, z, job)), ...firstNoise(generator, job) };
}

/**
 * The first `starts` codes that are drawn (of a bank, its best `rescore`) come best first, and all others after them in their order: so
 * the first codes of many are those of few, however many are asked for.
 * @param codes how many
 * @param chosen so many of them are in use already: the order of what follows matters; absent: all are new, in any order
 * @returns sampled codes z, [codes, size]
 */
export async function chooseCodes(
  backend: Backend,
  generator: Generator,
  job: Job,
  codes: number,
  report: (progress: ScoringProgress) => Promise<'go on' | 'stop'>,
  chosen = codes,
): Promise<Tensor<'float32'>> {
  const { size: zSize } = generator.manifest.latent;
  const scored = job.bank ? (job.rescore ?? 0) : job.starts;
  const count = Math.max(codes, scored);
  const drawn = job.bank
    ? await chooseFromBank(backend, generator, job, count)
    : Float32Array.from({ length: count * zSize }, normals(job.seed));
  // Of codes that are all in use, none is better.
  if (scored > chosen) {
    const candidates = drawn.slice(0, scored * zSize);
    drawn.set(bestFirst(candidates, zSize, await score(backend, generator, job, candidates, report)));
  }
  return float32([codes, zSize], drawn.slice(0, codes * zSize));
}

function bestFirst(candidates: Float32Array, zSize: number, losses: readonly number[]): Float32Array {
  const order = [...losses.keys()].sort((a, b) => losses[a]! - losses[b]!);
  const z = new Float32Array(candidates.length);
  order.forEach((i, n) => z.set(candidates.subarray(i * zSize, (i + 1) * zSize), n * zSize));
  return z;
}

/** The pixel loss of each candidate's own image against the target; Infinity for those not reached. */
async function score(
  backend: Backend,
  generator: Generator,
  job: Job,
  candidates: Float32Array,
  report: (progress: ScoringProgress) => Promise<'go on' | 'stop'>,
): Promise<number[]> {
  const { size: zSize } = generator.manifest.latent;
  const { graph, batch: size, image } = scoringGraph(generator, job, backend.memory);
  const executable = await backend.compile(writeModel(graph));
  const target = backend.upload(job.target);
  const known = job.known && backend.upload(job.known);
  const count = candidates.length / zSize;
  const result = new Array<number>(count).fill(Infinity);
  let best = Infinity;
  let bestImage = float32([1, ...image.shape.slice(1)], new Float32Array(sizeOf(image.shape) / size));
  try {
    for (let first = 0; first < count; first += size) {
      // The last batch is filled up with candidates scored before.
      const from = Math.max(0, Math.min(first, count - size));
      const batch = new Float32Array(size * zSize);
      batch.set(candidates.subarray(from * zSize, (from + size) * zSize));
      const z = backend.upload(float32([size, zSize], batch));
      const outputs = await executable.run({ z, target, ...(known && { known }) });
      const scores = [...(await outputs['losses']!.read()).data].map(Number).slice(0, count - from);
      scores.forEach((loss, i) => (result[from + i] = loss));
      const winner = scores.indexOf(Math.min(...scores));
      const answer = await report({
        fraction: Math.min(1, (first + size) / count),
        bestImage: async () => {
          if (scores[winner]! < best) {
            best = scores[winner]!;
            bestImage = imageOf((await outputs['image']!.read()) as Tensor<'float32'>, winner);
          }
          return bestImage;
        },
      });
      for (const value of [outputs['losses']!, outputs['image']!, z]) value.dispose();
      if (answer === 'stop' && from + size >= methodById(job.method).codes(job)) break;
    }
  } finally {
    target.dispose();
    known?.dispose();
    await executable.dispose();
  }
  return result;
}

/** The graph that draws and compares as many codes at once as memory has room for. */
function scoringGraph(generator: Generator, job: Job, device: DeviceMemory | undefined) {
  const build = (batch: number) => {
    const b = new GraphBuilder('score');
    const z = b.input('z', 'float32', [batch, generator.manifest.latent.size]);
    const image = generator.normalise(b, generator.whole(b, z, { ...job, latent: 'z' }));
    const { compared, known } = comparable(b, taskById(job.task).degrade(b, image, job), job);
    const losses = squaredErrors(b, compared, b.input('target', 'float32', job.target.dims), known);
    return { ...inPrecisionOf(job, b.typed({ losses, image })), batch, image };
  };
  const memory = memoryFor(job.memory, device);
  const most = bytesNeeded(footprint(build(1))) + TOGETHER;
  const batch = BATCHES.find((size) => {
    const needed = footprint(build(size));
    return fits(needed, memory) && bytesNeeded(needed) <= most;
  });
  return build(batch ?? 1);
}

/** Image `i` of a batch, as a batch of one. */
function imageOf({ dims, data }: Tensor<'float32'>, i: number): Tensor<'float32'> {
  const size = data.length / dims[0]!;
  return float32([1, ...dims.slice(1)], data.slice(i * size, (i + 1) * size));
}
