/** Where the record of how a result was made goes: into its file, into a JSON file beside it, into both, or nowhere. */
import { canEmbed, type ResultFormat } from './codecs/formats.ts';

export const RECORD_PLACES = ['embedded', 'json', 'both', 'none'] as const;
export type RecordPlace = (typeof RECORD_PLACES)[number];

/** A result's file as a record tells of it. */
export interface ResultFile {
  readonly format: ResultFormat;
  /** Of JPEG and WebP, 1 to 100. */
  readonly quality: number;
}

export interface PlacedRecord {
  /** For the result's own file. */
  readonly embedded?: string;
  /** The content of the file beside it, which is named like it with `.json` at the end. */
  readonly beside?: Uint8Array;
}

/** The record with what is known only now: what kind of file the result became. */
export function placeRecord(record: string, { format, quality }: ResultFile, place: RecordPlace): PlacedRecord {
  if (place === 'none') return {};
  const file = { format, ...(format !== 'png' && { quality }) };
  const whole = { ...(JSON.parse(record) as object), file };
  const embedded = JSON.stringify(whole);
  const embeds = place !== 'json' && canEmbed(embedded, format);
  return {
    ...(embeds && { embedded }),
    ...(!(embeds && place === 'embedded') && {
      beside: new TextEncoder().encode(`${JSON.stringify(whole, undefined, 2)}\n`),
    }),
  };
}

export const besideResult = (result: string): string => `${result}.json`;
