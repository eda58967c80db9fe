/** Faces in a picture: the detector's file, which a person names or has downloaded, and what is found with it. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { detectFaces, type DetectOptions, type Face } from '../engine/faces/detector.ts';
import { YuNet } from '../engine/faces/yunet.ts';
import type { Picture } from '../engine/image/picture.ts';
import { openCpu } from './backends.ts';
import { readBytes } from './codecs/index.ts';
import { FileError } from './errors.ts';
import { defaultHome } from './store/home.ts';
import { StoreLayout } from './store/layout.ts';

/** The catalogue's id of the detector, and what its file is called in its package. */
export const DETECTOR = 'yunet';
const FILE = `${DETECTOR}.onnx`;

/** The folder of the downloaded detector, where it is there. @param home the store's folder */
export function installedDetector(home = defaultHome()): string | undefined {
  const folder = join(new StoreLayout(home).detectors, DETECTOR);
  return existsSync(join(folder, FILE)) ? folder : undefined;
}

/**
 * Finds faces on the processor, which is quick enough for a network of 0.2 MB.
 * @param detector its ONNX file, or the folder of its package
 * @throws FileError, or ModelFormatError naming a file that is another network; what the signal was aborted with
 */
export async function findFaces(picture: Picture, detector: string, options?: DetectOptions): Promise<Face[]> {
  const isFolder = (await stat(detector).catch(() => undefined))?.isDirectory();
  const file = isFolder ? join(detector, FILE) : detector;
  const network = await YuNet.open(await openCpu(), await readBytes(file), file);
  try {
    return await detectFaces(network, picture, options);
  } finally {
    await network.dispose();
  }
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
