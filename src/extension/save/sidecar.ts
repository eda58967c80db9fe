/**
 * The file beside a picture that keeps what belongs to it: `photo.png.ganprior.json`. docs/sidecar.md describes it. Pure.
 */
import * as v from 'valibot';

export const SIDECAR_SUFFIX = '.ganprior.json';
const PNG_URL = 'data:image/png;base64,';

/** What a later version adds is kept when this one writes the file. */
const sidecarSchema = v.looseObject({
  format: v.literal(1),
  mask: v.exactOptional(v.pipe(v.string(), v.startsWith(PNG_URL))),
});
export type Sidecar = v.InferOutput<typeof sidecarSchema>;

/** A file of this name that is none of ours, or damaged; the message is for people. */
export class SidecarError extends Error {
  override name = 'SidecarError';
}

/** @param file the name that errors quote @throws SidecarError */
export function parseSidecar(bytes: Uint8Array, file: string): Sidecar {
  try {
    return v.parse(sidecarSchema, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw new SidecarError(
      `${file} is not a file that this version of GAN Prior can read, so the mask in it, if any, is left out. Rename the file to paint and save another one.`,
      { cause: error },
    );
  }
}

/** The mask's PNG file. */
export const maskIn = ({ mask }: Sidecar): Uint8Array | undefined =>
  mask === undefined ? undefined : Uint8Array.from(Buffer.from(mask.slice(PNG_URL.length), 'base64'));

/** The file with this mask in place of the one before, or nothing when the file is not needed any more. */
export function withMask(before: Sidecar | undefined, png: Uint8Array | undefined): Uint8Array | undefined {
  const after: Partial<Sidecar> = { ...(before ?? { format: 1 }) };
  if (png) after.mask = PNG_URL + Buffer.from(png).toString('base64');
  else delete after.mask;
  if (Object.keys(after).length === 1) return undefined;
  return new TextEncoder().encode(`${JSON.stringify(after, undefined, 2)}\n`);
}
