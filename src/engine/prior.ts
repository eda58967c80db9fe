/** The priors there are: a trained generator, or a network that nobody trained. */
import * as v from 'valibot';
import type { DrawnFiles } from './drawn/drawnNetworks.ts';
import type { Generator } from './generator/generator.ts';
import { manifestSchema, type Manifest } from './generator/manifest.ts';
import { UNTRAINED, untrainedSchema, type UntrainedManifest } from './untrained/manifest.ts';

/** It is all in its manifest, but for three small networks that know drawings. */
export interface Untrained {
  readonly manifest: UntrainedManifest;
  /** The networks of its one pass, where they are at hand. */
  readonly drawn?: DrawnFiles;
}

/** In memory. */
export type Prior = Generator | Untrained;

export const untrained: Untrained = { manifest: UNTRAINED };

export const isGenerator = (prior: Prior): prior is Generator => 'slices' in prior;

/** What is known of a prior without its weights. */
export type PriorManifest = Manifest | UntrainedManifest;

export const priorManifestSchema = v.union([untrainedSchema, manifestSchema]);

export const isTrained = (manifest: PriorManifest): manifest is Manifest => 'slices' in manifest;
