/** The feed-forward networks that are recognised, and their packages. */
import { ModelFormatError } from '../../engine/errors.ts';
import type { FeedForwardManifest } from '../../engine/feedForward/manifest.ts';
import { writeModel } from '../../engine/onnx/write.ts';
import { storeHalf } from '../half.ts';
import { locate } from '../locate.ts';
import { describe, sha256, type ImportOptions } from '../package.ts';
import type { StateDict } from '../torch/stateDict.ts';
import { compact } from './compact.ts';
import type { FeedForwardLayout } from './layout.ts';
import { refuseOthers } from '../others.ts';
import { rcan } from './rcan.ts';
import { esrganFirst, esrganLater, realEsrgan } from './rrdb.ts';
import { zhang } from './zhang.ts';

export const FEED_FORWARD: readonly FeedForwardLayout[] = [esrganFirst, esrganLater, realEsrgan, compact, rcan, zhang];

export interface ImportedFeedForward {
  readonly manifest: FeedForwardManifest;
  /** File name to content; everything the manifest lists. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface DetectedFeedForward {
  readonly layout: FeedForwardLayout;
  readonly state: StateDict;
}

/**
 * The feed-forward network among a checkpoint's dictionaries, averaged weights first.
 * @throws ModelFormatError for one that is known and not supported
 */
export function findFeedForward(dicts: ReadonlyMap<string, StateDict>, what: string): DetectedFeedForward | undefined {
  for (const layout of FEED_FORWARD) {
    for (const { state } of locate(dicts, layout.anchor)) if (layout.detect(state)) return { layout, state };
  }
  refuseOthers('network', dicts, what);
  return undefined;
}

/** @throws ModelFormatError when it is not a whole network */
export async function writeFeedForward(
  { layout, state }: DetectedFeedForward,
  options: ImportOptions,
): Promise<ImportedFeedForward> {
  const { graph, ...known } = await layout.plan(state, options.fileName).catch((error: unknown) => {
    if (!(error instanceof ModelFormatError)) throw error;
    throw new ModelFormatError(`${error.message} It was read as ${layout.title} (${layout.marks}).`, { cause: error });
  });
  const bytes = writeModel(options.half ? storeHalf(graph) : graph);
  const file = 'network.onnx';
  const { id, name, domain, licence, source } = describe(options);
  const hash = await sha256(bytes);
  const manifest: FeedForwardManifest = {
    ...{ format: 1, kind: 'feed-forward', id, name, domain, licence, source },
    ...{ ...known, file, bytes: bytes.length, sha256: hash },
  };
  return { manifest, files: new Map([[file, bytes]]) };
}
