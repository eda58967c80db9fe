/** The priors there are: a trained generator, a network that was trained to restore, or one that nobody trained. */
import * as v from 'valibot';
import type { DrawnFiles } from './drawn/drawnNetworks.ts';
import { feedForwardSchema, type FeedForwardManifest } from './feedForward/manifest.ts';
import type { FeedForward } from './feedForward/network.ts';
import { Generator } from './generator/generator.ts';
import { manifestSchema, packageFiles, type Manifest, type TaskId } from './generator/manifest.ts';
import type { Job } from './inversion/job.ts';
import { takesNoSteps } from './methods/method.ts';
import { UNTRAINED, untrainedSchema, type UntrainedManifest } from './untrained/manifest.ts';

/** It is all in its manifest, but for three small networks that know drawings. */
export interface Untrained {
  readonly manifest: UntrainedManifest;
  /** The networks of its one pass, where they are at hand. */
  readonly drawn?: DrawnFiles;
}

/** In memory. */
export type Prior = Generator | FeedForward | Untrained;

export const untrained: Untrained = { manifest: UNTRAINED };

export const isGenerator = (prior: Prior): prior is Generator => 'slices' in prior;
export const isFeedForward = (prior: Prior): prior is FeedForward => 'network' in prior;

/** Of a model that is a package of files. */
export type ModelManifest = Manifest | FeedForwardManifest;

/** What is known of a prior without its weights. */
export type PriorManifest = ModelManifest | UntrainedManifest;

export const priorManifestSchema = v.union([untrainedSchema, feedForwardSchema, manifestSchema]);

/** The files of a model in the order in which they are handed on. */
export const filesOf = (manifest: ModelManifest): readonly Pick<FeedForwardManifest, 'file' | 'bytes' | 'sha256'>[] =>
  isTrained(manifest) ? packageFiles(manifest) : [manifest];

/** @param files in the order of `filesOf` @throws ModelFormatError as `Generator.load` does */
export const priorOf = (manifest: ModelManifest, files: readonly Uint8Array[]): Generator | FeedForward =>
  isTrained(manifest) ? Generator.load(manifest, files) : { manifest, network: files[0]! };

export const makesInOnePass = (manifest: PriorManifest): manifest is FeedForwardManifest =>
  'kind' in manifest && manifest.kind === 'feed-forward';

export const isPackage = (manifest: PriorManifest): manifest is ModelManifest =>
  isTrained(manifest) || makesInOnePass(manifest);

/** Whether a run is one pass of small networks, which is over before a GPU has compiled them. */
export const isQuick = (manifest: PriorManifest, { method }: Pick<Job, 'method'>): boolean =>
  takesNoSteps(method) && !makesInOnePass(manifest);

/** Whether a run begins with networks that are at hand in the host alone. */
export const needsHost = (manifest: PriorManifest, job: Pick<Job, 'method' | 'anchor'>): boolean =>
  isQuick(manifest, job) || job.anchor !== undefined;

/** Whether a prior is for a task at all; generators are for every one. */
export const canDo = (manifest: PriorManifest, task: TaskId): boolean =>
  isTrained(manifest) || manifest.tasks.includes(task);

/** Whether it is a generator that somebody trained: what codes are optimised of. */
export const isTrained = (manifest: PriorManifest): manifest is Manifest => 'slices' in manifest;
