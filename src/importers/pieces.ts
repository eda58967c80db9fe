/**
 * Draws with a generator piece by piece: a session holds its weights several times while it is made, so one of all weights takes several times the
 * package. What is handed from piece to piece is the state at a cut.
 */
import type { Backend } from '../engine/backends/backend.ts';
import { evaluate } from '../engine/backends/evaluate.ts';
import { EngineError, ModelFormatError } from '../engine/errors.ts';
import { Generator } from '../engine/generator/generator.ts';
import { lastCut, packageFiles, type Manifest } from '../engine/generator/manifest.ts';
import { stateAfter } from '../engine/generator/program.ts';
import type { State } from '../engine/generator/state.ts';
import { GraphBuilder, type Value } from '../engine/graph/builder.ts';
import { bytesNeeded, fits, GIGABYTE } from '../engine/memory/budget.ts';
import { footprint } from '../engine/memory/footprint.ts';
import { sameShape, sizeOf, type Tensor } from '../engine/tensor.ts';
import type { PackageFiles } from './package.ts';

/** Bytes of weights in one piece, unless a slice has more. */
const MOST = 16e6;
/** A state larger than this is not handed on: it would be in memory twice. */
const MOST_STATE = 16e6;

/** Slices from index `from` up to `to`. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/** Consecutive pieces of as many slices as stay below the bytes of one. */
export function piecesOf({ slices }: Pick<Manifest, 'slices'>, most = MOST): Piece[] {
  const pieces: Piece[] = [];
  let [from, bytes] = [0, 0];
  for (const [i, slice] of slices.entries()) {
    const state = Object.values(stateAfter(slices, i)).reduce((sum, shape) => sum + 4 * sizeOf(shape), 0);
    if (i > from && bytes + slice.bytes > most && state <= MOST_STATE) {
      pieces.push({ from, to: i });
      [from, bytes] = [i, 0];
    }
    bytes += slice.bytes;
  }
  return [...pieces, { from, to: slices.length }];
}

const UNREAD = new Uint8Array();

/** The generator with the weights of one piece, and its mapping where that begins. */
export function loadPiece(manifest: Manifest, files: PackageFiles, piece: Piece): Generator {
  const bytes = packageFiles(manifest).map(({ file }, k) => {
    const needed = k < manifest.slices.length ? k >= piece.from && k < piece.to : piece.from === 0;
    return needed ? files.get(file)! : UNREAD;
  });
  return Generator.load(manifest, bytes, piece);
}

/** Of the state's names in a piece, which reads and gives values of one name, and whose graphs have names of their own. */
const [CODE, BEFORE, AFTER] = ['the code', 'state before.', 'state after.'];

const renamed = <T>(values: Readonly<Record<string, T>>, name: (old: string) => string): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([old, value]) => [name(old), value]));

/** What a piece reads: the code before the first slice, or the style w of every slice, and the state of its cut. */
export interface Reading {
  readonly code: Value;
  readonly state: State;
}

/** The inputs of a piece for `n` codes; of a generator with a mapping, one. */
export function inputsOf(b: GraphBuilder, generator: Generator, { from }: Piece, n: number): Reading {
  const { mapping, latent } = generator.manifest;
  const shapes = from === 0 ? {} : generator.stateShapes(from);
  const state = Object.entries(shapes).map(([name, shape]) => [
    name,
    b.input(BEFORE + name, 'float32', [n, ...shape.slice(1)]),
  ]);
  return {
    code: b.input(CODE, 'float32', [n, mapping?.size ?? latent.size]),
    state: Object.fromEntries(state) as State,
  };
}

/**
 * The state after a piece; after the last one the image, [n, 3, R, R] in the generator's own range.
 * @throws ModelFormatError when a slice gives what the manifest does not say
 */
export function throughPiece(
  b: GraphBuilder,
  generator: Generator,
  { from, to }: Piece,
  { code, state }: Reading,
): State {
  const { manifest } = generator;
  const styles = manifest.mapping && code;
  const n = code.shape[0]!;
  let at = state;
  for (let layer = from + 1; layer <= Math.min(to, lastCut(manifest)); layer++) {
    at =
      layer === 1
        ? generator.head(b, code, 1, manifest.mapping ? { latent: 'w' } : {})
        : generator.between(b, at, layer - 1, layer, styles);
    for (const [name, shape] of Object.entries(generator.stateShapes(layer))) {
      expectShape(at[name]!, [n, ...shape.slice(1)], `slice ${layer}`);
    }
  }
  if (to < manifest.slices.length) return at;
  const image = generator.tail(b, at, lastCut(manifest), styles);
  expectShape(image, [n, 3, manifest.resolution, manifest.resolution], 'the last slice');
  // From [-1, 1] back to the generator's own values.
  const [black, white] = manifest.range;
  return { image: b.add(b.scale(image, (white - black) / 2), b.scalar((white + black) / 2)) };
}

function expectShape({ shape }: Value, wanted: readonly number[], what: string): void {
  if (sameShape(shape, wanted)) return;
  throw new ModelFormatError(`${what} gives [${shape.join(', ')}], not [${wanted.join(', ')}].`);
}

/**
 * Images of codes z [n, zDim] in the generator's own range; with a mapping, n is 1.
 * @param load the generator with the weights of a piece
 * @throws TooLargeError when a piece needs more memory than there is
 */
export async function drawInPieces(
  backend: Backend,
  load: (piece: Piece) => Generator,
  pieces: readonly Piece[],
  codes: Tensor<'float32'>,
): Promise<Tensor<'float32'>> {
  const n = codes.dims[0]!;
  const code = await stylesOf(backend, load({ from: 0, to: 0 }), codes);
  let state: Record<string, Tensor<'float32'>> = {};
  for (const piece of pieces) {
    const generator = load(piece);
    const b = new GraphBuilder('check');
    const reading = inputsOf(b, generator, piece, n);
    const outputs = renamed(throughPiece(b, generator, piece, reading), (name) => AFTER + name);
    const after = await within(backend, b, outputs, { [CODE]: code, ...renamed(state, (name) => BEFORE + name) });
    state = renamed(after, (name) => name.slice(AFTER.length));
  }
  return state['image']!;
}

/** There is less memory than a graph needs. */
export class TooLargeError extends EngineError {
  override name = 'TooLargeError';
}

/** Builds and runs a graph. @throws TooLargeError before it is run */
export async function within<Name extends string>(
  backend: Backend,
  b: GraphBuilder,
  outputs: Readonly<Record<Name, Value>>,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Record<Name, Tensor<'float32'>>> {
  const typed = b.typed(outputs);
  const needed = footprint(typed);
  if (backend.memory && !fits(needed, backend.memory)) {
    const gigabytes = (bytes: number): string => (bytes / GIGABYTE).toFixed(1);
    throw new TooLargeError(
      `drawing an image takes about ${gigabytes(bytesNeeded(needed))} GB, and there are ${gigabytes(backend.memory.bytes)}.`,
    );
  }
  return evaluate(backend, typed.graph, inputs);
}

/** What the slices read of codes: their styles, where the generator has a mapping. */
async function stylesOf(backend: Backend, generator: Generator, codes: Tensor<'float32'>): Promise<Tensor<'float32'>> {
  if (!generator.manifest.mapping) return codes;
  const b = new GraphBuilder('check of the mapping');
  const w = generator.styles(b, b.input('z', 'float32', codes.dims));
  return (await within(backend, b, { w }, { z: codes })).w;
}
