/** A picture of two faces, as the detector of the tests sees them. */
import { writeFile } from 'node:fs/promises';
import { encode } from 'fast-png';
import { tinyDetector } from '../support/tinyDetector.ts';
import type { Workspace } from './workspace.ts';

export const GROUP = 'group.png';
export const GROUP_SIZE = { width: 480, height: 240 };
/** The settings that name the detector. */
export const DETECTING = { 'ganPrior.faceDetector': 'detector.onnx' };

const DISCS = [
  [110, 110],
  [330, 120],
] as const;

/** Writes both into a workspace. */
export async function addGroupPicture(workspace: Workspace): Promise<void> {
  const { width, height } = GROUP_SIZE;
  const data = Uint8Array.from({ length: 3 * width * height }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    const blue = DISCS.some(([left, top]) => Math.hypot(x + 0.5 - left, y + 0.5 - top) < 17);
    return [blue ? 0 : 120 + (x % 32), blue ? 0 : 110 + (y % 16), blue ? 255 : 90][at % 3]!;
  });
  await writeFile(workspace.path(GROUP), encode({ ...GROUP_SIZE, data, channels: 3 }));
  await writeFile(workspace.path('detector.onnx'), tinyDetector());
}
