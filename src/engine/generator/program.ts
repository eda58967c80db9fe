/**
 * A generator as a typed program. Its graphs ("slices") run one after the other; each reads values by name and gives values by
 * name. What is handed from slice to slice is the state, and a cut at layer l is the state after l slices. Beside it a slice may
 * read the code, its own row of the styles, or noise.
 */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e6));

export const fileSchema = v.object({
  file: v.pipe(v.string(), v.regex(/^[\w.-]+\.onnx$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** Values of the state: feature maps [n, C, H, W], and the picture that earlier layers have drawn of it, [n, 3, h, w]. */
const STATE = ['features', 'rgb'] as const;
/**
 * z: the code as it is sampled, [n, latent.size]. style: row k of the styles for slice k, [n, mapping.size]. noise: a map
 * [1, 1, H, W], which the slice's file holds one of.
 */
const READ = ['z', 'style', 'noise', ...STATE] as const;
const GIVEN = [...STATE, 'image'] as const;
export type Read = (typeof READ)[number];
export type Given = (typeof GIVEN)[number];

const port = v.pipe(v.string(), v.minLength(1));

const sliceEntries = {
  ...fileSchema.entries,
  /** What each input of the graph reads. */
  inputs: v.record(port, v.picklist(READ)),
  /** What each output of the graph gives, with its shape without the batch. */
  outputs: v.record(port, v.object({ value: v.picklist(GIVEN), shape: v.pipe(v.array(count), v.maxLength(3)) })),
};
export const sliceSchema = v.object(sliceEntries);
export type SliceFile = v.InferOutput<typeof sliceSchema>;
export type Ports = Pick<SliceFile, 'inputs' | 'outputs'>;

/** The space that codes are sampled in: z, [size]. */
export const latentSchema = v.object({
  size: count,
  /** N(0, 1), every number by itself. Where a generator normalises its code, its graphs do. */
  sampled: v.literal('normal'),
});

/** From codes to styles: a graph from `z` (and `class`, one-hot [n, classes]) to `w` [n, size], one style for all slices. */
export const mappingSchema = v.object({
  ...fileSchema.entries,
  size: count,
  /** Slices, each of which reads a style: the rows of W+. */
  styles: count,
  classes: v.exactOptional(count),
  /** Whether the graph also gives `average` [1, size], which truncation draws styles towards. */
  truncates: v.boolean(),
});
export type MappingFile = v.InferOutput<typeof mappingSchema>;

/** Of a slice that reads one value as `x` and gives one as `y`, as all of a PGGAN's are. @param first whether `x` is the code */
export const onePort = (shape: readonly number[], { first, last }: { first: boolean; last: boolean }): Ports => ({
  inputs: { x: first ? 'z' : 'features' },
  outputs: { y: { value: last ? 'image' : 'features', shape: [...shape] } },
});

/** Shapes of the state after `layer` slices, without the batch. */
export function stateAfter(slices: readonly Ports[], layer: number): Readonly<Record<string, readonly number[]>> {
  const given = slices.slice(0, layer).flatMap(({ outputs }) => Object.values(outputs));
  return Object.fromEntries(given.map(({ value, shape }) => [value, shape]));
}

interface Program {
  readonly resolution: number;
  readonly slices: readonly Ports[];
  readonly mapping?: { readonly styles: number } | undefined;
}

/** What is wrong with a program: a slice that reads what nothing gives, or no picture at the end. */
export function programProblem({ resolution, slices, mapping }: Program): string | undefined {
  const known = new Set<string>(['noise', ...(mapping ? ['style'] : ['z'])]);
  for (const [i, { inputs, outputs }] of slices.entries()) {
    const missing = Object.values(inputs).find((name) => !known.has(name));
    if (missing) return `slice ${i + 1} reads "${missing}", which nothing before it gives`;
    const given = Object.values(outputs).map(({ value }) => value);
    if (given.includes('image') !== (i === slices.length - 1)) return 'the last slice, and no other, gives the image';
    for (const name of given) known.add(name);
  }
  const last = Object.values(slices.at(-1)?.outputs ?? {});
  const shape = last.find(({ value }) => value === 'image')?.shape.join();
  if (shape !== [3, resolution, resolution].join()) return `the image is not 3 x ${resolution} x ${resolution}`;
  if (mapping && mapping.styles !== slices.length)
    return `there are ${slices.length} slices for ${mapping.styles} styles`;
  return undefined;
}
