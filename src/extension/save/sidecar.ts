/**
 * The file beside a picture that keeps what belongs to it: `photo.png.ganprior.json`. docs/sidecar.md describes it. Pure.
 */
import * as v from 'valibot';
import { chosenRegionSchema, type ChosenRegion } from '../../shared/chosenRegion.ts';
import { paramsSchema, type Choices } from '../../shared/documentState.ts';
import { taskSchema } from '../../shared/schemas.ts';

export const SIDECAR_SUFFIX = '.ganprior.json';
const FORMAT = 2;
const PNG_URL = 'data:image/png;base64,';

/** What a later version adds is kept when this one writes the file. Format 1 had nothing but the mask. */
const sidecarSchema = v.looseObject({
  format: v.picklist([1, FORMAT]),
  mask: v.exactOptional(v.pipe(v.string(), v.startsWith(PNG_URL))),
  /** Masks for pictures of other sizes, which this one has been and may be again. */
  otherMasks: v.exactOptional(v.array(v.pipe(v.string(), v.startsWith(PNG_URL)))),
  region: v.exactOptional(chosenRegionSchema),
  task: v.exactOptional(taskSchema),
  params: v.exactOptional(v.looseObject(paramsSchema.entries)),
});
export type Sidecar = v.InferOutput<typeof sidecarSchema>;

/** What this version keeps in the file. */
export interface Kept {
  /** The mask's PNG file. */
  readonly mask?: Uint8Array | undefined;
  /** Those of the sizes that the picture had before. */
  readonly otherMasks?: readonly Uint8Array[] | undefined;
  readonly region?: ChosenRegion | undefined;
  readonly choices?: Choices | undefined;
}

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
      `${file} is not a file that this version of GAN Prior can read, so the mask and the settings in it, if any, are left out. Rename the file to save others.`,
      { cause: error },
    );
  }
}

export function keptIn({ mask, otherMasks, region, task, params = {} }: Sidecar): Kept {
  return {
    ...(mask !== undefined && { mask: bytesOf(mask) }),
    ...(otherMasks && { otherMasks: otherMasks.map(bytesOf) }),
    ...(region && { region }),
    ...(task && { choices: { task, params: v.parse(v.object(paramsSchema.entries), params) } }),
  };
}

/** The file with this in place of what was kept before, or nothing when the file is not needed any more. */
export function withKept(
  before: Sidecar | undefined,
  { mask, otherMasks = [], region, choices }: Kept,
): Uint8Array | undefined {
  const after = {
    ...before,
    format: FORMAT,
    task: choices?.task,
    params: choices && { ...unknownIn(before?.params), ...choices.params },
    region,
    mask: mask && urlOf(mask),
    otherMasks: otherMasks.length > 0 ? otherMasks.map(urlOf) : undefined,
  };
  if (Object.values(after).filter((value) => value !== undefined).length === 1) return undefined;
  return new TextEncoder().encode(`${JSON.stringify(after, undefined, 2)}\n`);
}

const bytesOf = (url: string): Uint8Array => Uint8Array.from(Buffer.from(url.slice(PNG_URL.length), 'base64'));
const urlOf = (png: Uint8Array): string => PNG_URL + Buffer.from(png).toString('base64');

/** Parameters that only a later version knows. */
const unknownIn = (params: Sidecar['params'] = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params).filter(([key]) => !Object.hasOwn(paramsSchema.entries, key)));
