/** A prior by what a person names it: the untrained one, which is no file, or a model (models.ts). */
import { isPackage, priorOf, untrained, type Prior, type PriorManifest, type Untrained } from '../engine/prior.ts';
import { UNTRAINED } from '../engine/untrained/manifest.ts';
import { readDrawnNetworks } from './drawnNetworks.ts';
import { findModel, loadModel, openModel, readModelManifest } from './models.ts';

/** A prior that has been found; its weights, where it has any, have not been read yet. */
export interface PriorFolder {
  /** Of its package; of the untrained prior, which has none, its id. */
  readonly folder: string;
  readonly manifest: PriorManifest;
}

export const UNTRAINED_FOLDER: PriorFolder = { folder: UNTRAINED.id, manifest: UNTRAINED };

/** @throws FileError as `findModel` does */
export const findPrior = (reference: string, roots: readonly string[]): Promise<PriorFolder> =>
  reference === UNTRAINED.id ? Promise.resolve(UNTRAINED_FOLDER) : findModel(reference, roots);

/** @param folder as `PriorFolder` has it @throws FileError as `readManifest` does */
export const readPriorManifest = (folder: string): Promise<PriorManifest> =>
  folder === UNTRAINED.id ? Promise.resolve(UNTRAINED) : readModelManifest(folder);

/** @throws FileError as `loadModel` does */
export async function loadPrior({ folder, manifest }: PriorFolder): Promise<Prior> {
  if (!isPackage(manifest)) return openUntrained();
  const { files } = await loadModel({ folder, manifest });
  return priorOf(manifest, files);
}

const openUntrained = async (): Promise<Untrained> => ({ ...untrained, drawn: await readDrawnNetworks() });

/** What a person names on the command line. @throws FileError as `openModel` does */
export async function openPrior(reference: string, roots: readonly string[]): Promise<Prior> {
  if (reference === UNTRAINED.id) return openUntrained();
  const { manifest, files } = await openModel(reference, roots);
  return priorOf(manifest, files);
}
