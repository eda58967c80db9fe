/** Published checkpoints -> packages: generators as slices, feed-forward and perceptual networks as one file. */
import { ModelFormatError } from '../engine/errors.ts';
import { findDetector, writeDetector, type ImportedDetector } from './detector.ts';
import { writeModel } from '../engine/onnx/write.ts';
import {
  findFeedForward,
  writeFeedForward,
  type DetectedFeedForward,
  type ImportedFeedForward,
} from './feedForward/index.ts';
import { storeHalf } from './half.ts';
import { planGenerator, unrecognised } from './layouts/index.ts';
import { expectContent } from './mistaken.ts';
import { planOnnx } from './onnx/plan.ts';
import type { GeneratorPlan } from './layouts/layout.ts';
import { checkFeedForward, checkGenerator, checkNetwork } from './check.ts';
import { describe, sha256, writePackage, type ImportedPackage, type ImportOptions } from './package.ts';
import { plausible, RangeUnknownError, spreadOf } from './range.ts';
import { findNetwork, type DetectedNetwork } from './perceptual/index.ts';
import type { PerceptualManifest } from './perceptual/manifest.ts';
import { toSource, type ByteSource } from './source.ts';
import { openStateDicts } from './stateDicts.ts';

export { CHECKPOINTS } from './stateDicts.ts';

export { DETECTOR_FILE, detectorManifestSchema, type DetectorManifest } from './detector.ts';
export type { ByteSource } from './source.ts';
export { RangeUnknownError } from './range.ts';
export { withBank } from './bank.ts';
export { withEncoder } from './encoder.ts';
export type { ImportedPackage, ImportOptions } from './package.ts';
export type { ImportedFeedForward } from './feedForward/index.ts';
export { importLpips, type ImportedLpips } from './perceptual/lpips.ts';
export { lpipsManifestSchema, type LpipsManifest } from './perceptual/lpipsManifest.ts';
export { loadPerceptual, perceptualManifestSchema, type PerceptualManifest } from './perceptual/manifest.ts';

export interface ImportedPerceptual {
  readonly manifest: PerceptualManifest;
  /** File name to content; everything the manifest lists. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export type Imported =
  | ({ readonly kind: 'generator' } & ImportedPackage)
  | ({ readonly kind: 'feed-forward' } & ImportedFeedForward)
  | ({ readonly kind: 'perceptual' } & ImportedPerceptual)
  | ({ readonly kind: 'detector' } & ImportedDetector);

/**
 * Converts a checkpoint (PyTorch, safetensors, .npz) or a whole ONNX generator to a package of whichever kind it is.
 * @throws ModelFormatError when the file is damaged, or its layout is not known (the message lists the known ones)
 */
export async function importAny(file: Uint8Array | ByteSource, options: ImportOptions): Promise<Imported> {
  const { fileName } = options;
  const source = toSource(file);
  if (/\.onnx$/i.test(fileName)) {
    await expectContent(source, fileName);
    const detector = await findDetector(source, fileName);
    if (detector) return { kind: 'detector', ...(await writeDetector(detector, options)) };
    return { kind: 'generator', ...(await writeGenerator(await planOnnx(source, fileName), options)) };
  }
  const dicts = await openStateDicts(source, fileName);
  const plan = await planGenerator(dicts, fileName);
  if (plan) return { kind: 'generator', ...(await writeGenerator(plan, options)) };
  const feedForward = findFeedForward(dicts, fileName);
  if (feedForward) return { kind: 'feed-forward', ...(await checkedFeedForward(feedForward, options)) };
  const network = findNetwork(dicts);
  if (network) return { kind: 'perceptual', ...(await writePerceptual(network, options)) };
  throw unrecognised(dicts, fileName);
}

const WHAT = {
  generator: 'generator',
  'feed-forward': 'feed-forward network',
  perceptual: 'perceptual network',
  detector: 'face detector',
} as const satisfies Record<Imported['kind'], string>;

/** Share of the progress that is writing; the rest is running what was written. */
const WRITING = 0.7;

/** @throws RangeUnknownError when neither the file nor the options say which values mean black and white */
async function writeGenerator(plan: GeneratorPlan, options: ImportOptions): Promise<ImportedPackage> {
  const { fileName, half = false, backend, onProgress } = options;
  const range = options.range ?? plan.range;
  if (!backend) return writePackage(plan, options);
  // Images are drawn even where the range is unknown: a person who has to say it should know what they hold.
  const made = await writePackage(plan, {
    ...options,
    range: range ?? [-1, 1],
    onProgress: (fraction) => onProgress?.(WRITING * fraction),
  });
  const { data } = await checkGenerator(await backend(), made, { whole: plan.whole, half, what: fileName });
  const sure = options.range !== undefined || !plan.rangeAssumed;
  if (!range || (!sure && !plausible(range, data))) throw new RangeUnknownError(fileName, spreadOf(data));
  onProgress?.(1);
  return made;
}

/**
 * Converts a model: a generator or a feed-forward network.
 * @throws ModelFormatError as `importAny`, and for a perceptual network
 */
export async function importModel(
  file: Uint8Array | ByteSource,
  options: ImportOptions,
): Promise<ImportedPackage | ImportedFeedForward> {
  const imported = await importAny(file, options);
  if (imported.kind === 'generator' || imported.kind === 'feed-forward') return imported;
  throw new ModelFormatError(
    `${options.fileName} is a ${WHAT[imported.kind]} (${imported.manifest.name}), not a model.`,
  );
}

/**
 * Converts a generator.
 * @throws ModelFormatError as `importAny`, and for a perceptual network
 */
export async function importCheckpoint(
  file: Uint8Array | ByteSource,
  options: ImportOptions,
): Promise<ImportedPackage> {
  const imported = await importAny(file, options);
  if (imported.kind === 'generator') return imported;
  throw new ModelFormatError(
    `${options.fileName} is a ${WHAT[imported.kind]} (${imported.manifest.name}), not a generator.`,
  );
}

/**
 * Converts a perceptual network, reading only the weights of the layers that are used.
 * @throws ModelFormatError as `importAny`, and for a generator
 */
export async function importPerceptual(
  file: Uint8Array | ByteSource,
  options: ImportOptions,
): Promise<ImportedPerceptual> {
  const imported = await importAny(file, options);
  if (imported.kind === 'perceptual') return imported;
  throw new ModelFormatError(`${options.fileName} is a ${WHAT[imported.kind]}, not a perceptual network.`);
}

async function checkedFeedForward(found: DetectedFeedForward, options: ImportOptions): Promise<ImportedFeedForward> {
  const made = await writeFeedForward(found, options);
  if (options.backend) await checkFeedForward(await options.backend(), made, options.fileName);
  options.onProgress?.(1);
  return made;
}

async function writePerceptual(
  { network, state }: DetectedNetwork,
  options: ImportOptions,
): Promise<ImportedPerceptual> {
  const { graph, channels } = await network.build(state, options.fileName);
  const bytes = writeModel(options.half ? storeHalf(graph) : graph);
  const file = `${network.id}.onnx`;
  const { id, licence, source } = describe(options);
  const manifest: PerceptualManifest = {
    format: 1,
    kind: 'perceptual',
    id,
    name: options.name ?? network.title,
    licence,
    source,
    features: network.features,
    channels,
    file,
    bytes: bytes.length,
    sha256: await sha256(bytes),
  };
  if (options.backend) await checkNetwork(await options.backend(), bytes, options.fileName);
  return { manifest, files: new Map([[file, bytes]]) };
}
