/** The detector of faces: the file that a setting names, else the one that was downloaded, else the question whether to download it. */
import { resolve } from 'node:path';
import { DETECTOR, installedDetector } from '../node/faces.ts';
import type { ModelActions } from './modelsView/actions.ts';
import type { ModelManager } from './modelsView/manager.ts';
import type { Settings } from './settings.ts';

/** @param base folder that a relative path in the settings starts at @param store the folder of the models */
export function detectorFor({ faceDetector }: Pick<Settings, 'faceDetector'>, base: string, store: string) {
  return faceDetector === '' ? installedDetector(store) : resolve(base, faceDetector);
}

/** Asks whether to download it, and does. What goes wrong is told. */
export async function offerDetector(manager: Pick<ModelManager, 'rows'>, actions: ModelActions): Promise<void> {
  const row = (await manager.rows()).find(({ id }) => id === DETECTOR);
  if (row) await actions.attempt(() => actions.download(row));
}
