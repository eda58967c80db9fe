/** Faces in a picture: the detector's file, which a person names or has downloaded, and what is found with it. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { detectFaces, type DetectOptions, type Face } from '../engine/faces/detector.ts';
import { YuNet } from '../engine/faces/yunet.ts';
import type { Picture } from '../engine/image/picture.ts';
import { DETECTOR_FILE, detectorManifestSchema, type DetectorManifest } from '../importers/index.ts';
import { openCpu } from './backends.ts';
import { readBytes } from './codecs/index.ts';
import { FileError } from './errors.ts';
import { MANIFEST } from './packageFile.ts';
import { defaultHome } from './store/home.ts';
import { StoreLayout } from './store/layout.ts';

/** The catalogue's id of the detector. */
export const DETECTOR = 'yunet';

/** The folder of the downloaded detector, where it is there. @param home the store's folder */
export function installedDetector(home = defaultHome()): string | undefined {
  const folder = new StoreLayout(home).package('detector', DETECTOR);
  return existsSync(join(folder, DETECTOR_FILE)) ? folder : undefined;
}

/**
 * Finds faces on the processor, which is quick enough for a network of 0.2 MB.
 * @param detector its ONNX file, or the folder of its package
 * @throws FileError, or ModelFormatError naming a file that is another network; what the signal was aborted with
 */
export async function findFaces(picture: Picture, detector: string, options?: DetectOptions): Promise<Face[]> {
  const isFolder = (await stat(detector).catch(() => undefined))?.isDirectory();
  const file = isFolder ? join(detector, DETECTOR_FILE) : detector;
  const network = await YuNet.open(await openCpu(), await readBytes(file), file);
  try {
    return await detectFaces(network, picture, options);
  } finally {
    await network.dispose();
  }
}

/** @throws FileError when the folder has no sound manifest */
export async function readDetectorManifest(folder: string): Promise<DetectorManifest> {
  const path = join(folder, MANIFEST);
  const text = new TextDecoder().decode(await readBytes(path));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), detectorManifestSchema), text);
  if (parsed.success) return parsed.output;
  throw new FileError(path, 'does not describe a face detector. Download or import it again.');
}

/** @throws FileError where none is named and none is installed */
export function detectorOf(named: string | undefined): string {
  const detector = named ?? installedDetector();
  if (detector !== undefined) return detector;
  throw new FileError(
    'A face detector',
    `is needed, and none is installed: get it with "ganprior models download ${DETECTOR}" (0.2 MB), or name its file with --detector.`,
  );
}
