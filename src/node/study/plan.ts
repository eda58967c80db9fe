/** What a study is of: the picture that every model restores, and the cells that there are. */
import { degrade } from '../../engine/baselines/degrade.ts';
import { lastCut, type TaskId } from '../../engine/generator/manifest.ts';
import type { Graph } from '../../engine/graph/graph.ts';
import type { Picture } from '../../engine/image/picture.ts';
import { isTrained, type Prior, type PriorManifest } from '../../engine/prior.ts';
import { defaults, type TaskOptions } from '../../engine/tasks/index.ts';
import { decodePicture, encodePng } from '../codecs/index.ts';
import { sha256 } from '../sha256.ts';
import type { Row } from '../../shared/study/row.ts';

/** What is asked of every model. */
export interface StudyWish {
  readonly task: TaskId;
  /** Composing layers, from 1. */
  readonly layers: readonly number[];
  /** Numbers of codes; absent: each model's preset. */
  readonly codes?: readonly number[] | undefined;
  /** Random codes scored before the first step, where there are codes; absent: each model's preset. */
  readonly starts?: number | undefined;
  /** What holds for all runs: steps, seed, factor, the mask. */
  readonly settings: TaskOptions;
}

/** The picture that every model restores. */
export interface Subject {
  /** Of the original's file. */
  readonly name: string;
  readonly source: Picture;
  readonly truth: Picture;
  readonly settings: TaskOptions;
  /** What was done to the original. */
  readonly description: string;
  /** Of the files that it comes from. */
  readonly hashes: readonly string[];
}

/** A perceptual network. */
export interface Network {
  readonly phi: Graph;
  /** SHA-256 of its file, in hexadecimal. */
  readonly sha256: string;
}

/** What runs of one model compare by. */
export interface ComparedBy {
  readonly perceptual?: NonNullable<TaskOptions['perceptual']>;
  readonly network?: Network;
}

/** A place in the study. */
export interface Place {
  readonly prior: Prior;
  readonly row: Row;
  readonly network?: Network | undefined;
  /** Beside those of the subject. Absent: there is no such cell, and the row says why. */
  readonly settings?: TaskOptions;
}

/**
 * @param bytes the file of the known original
 * @throws FileError for a file that is no picture, ParameterError for a picture that the task cannot take
 */
export async function readSubject(
  bytes: Uint8Array,
  name: string,
  manifests: readonly PriorManifest[],
  { task, settings }: StudyWish,
): Promise<Subject> {
  const original = await decodePicture(bytes, name);
  // All are to restore one picture, so the smallest says how large it may be.
  const resolution = Math.min(...manifests.map((manifest) => (isTrained(manifest) ? manifest.resolution : Infinity)));
  const { source, truth, options, description } = degrade(task, original, { resolution }, settings);
  const mask = settings.unknown ? [sha256(encodePng(settings.unknown))] : [];
  return {
    ...{ name, source, truth, description },
    settings: { ...settings, ...options },
    hashes: [sha256(bytes), ...mask],
  };
}

/** The places of one model, those that it does not have among them. */
export function placesOf(prior: Prior, wish: StudyWish, { perceptual, network }: ComparedBy): Place[] {
  const { manifest } = prior;
  if (!isTrained(manifest)) {
    return [{ prior, row: { model: manifest.id, layer: null, codes: null }, settings: {} }];
  }
  const last = lastCut(manifest);
  const { starts } = wish;
  const common = { ...(starts !== undefined && { starts }), ...(perceptual && { perceptual }) };
  const counts = wish.codes ?? [defaults(wish.task, manifest).codes];
  return counts.flatMap((codes) =>
    wish.layers.map((layer): Place => {
      const row = { model: manifest.id, layer, codes };
      if (layer > last) return { prior, row: { ...row, problem: `has layers 1 to ${last}` } };
      return { prior, row, network, settings: { layer, codes, ...common } };
    }),
  );
}
