/**
 * Moves of codes along directions. A result keeps the codes that it was found with; what an edit consists of is a list of moves, so
 * that moves back and forth meet exactly where they began.
 */
import { ParameterError } from '../errors.ts';
import type { Generator } from '../generator/generator.ts';
import type { Cut, Values } from '../methods/method.ts';
import { float32, type Tensor } from '../tensor.ts';

export interface Move {
  /** Of unit length. */
  readonly direction: readonly number[];
  /** In the unit of the codes; of z that is a standard deviation. */
  readonly amount: number;
  /** The codes that move, from 0; absent: all, as the published code does it, and of a StyleGAN the styles of all layers. */
  readonly codes?: readonly number[];
}

/** What a result is changed by after its run. */
export interface Edit {
  readonly moves: readonly Move[];
  /** Factors of the codes' importances, one for each code; absent: as they are. */
  readonly weights?: readonly number[];
  /** Channels of the composed feature map that are zeroed, from 0, in the order of alpha's columns. */
  readonly without?: readonly number[];
}

/** Amounts add up in binary fractions: what is left of nothing is nothing. */
const SMALLEST = 1e-9;

/** What moves come to: those along the same direction as one, none that leads nowhere. */
export function net(moves: readonly Move[]): Move[] {
  const sums = new Map<string, Move>();
  for (const move of moves) {
    const key = JSON.stringify([move.direction, move.codes]);
    const before = sums.get(key)?.amount ?? 0;
    sums.set(key, { ...move, amount: before + move.amount });
  }
  return [...sums.values()].filter(({ amount }) => Math.abs(amount) > SMALLEST);
}

/**
 * @returns the values with their codes moved; the same where nothing moves
 * @throws ParameterError where there are no codes, or a direction or a code does not fit them
 */
export function moved(
  generator: Pick<Generator, 'manifest' | 'space'>,
  cut: Cut,
  values: Values,
  moves: readonly Move[],
): Values {
  const { name } = generator.space(cut.latent);
  const codes = values[name];
  if (!codes) {
    throw new ParameterError(
      'There are no codes left to move: the run ended by releasing its feature map or by tuning the model.',
    );
  }
  return net(moves).reduce<Values>((at, { direction, amount, codes: chosen }) => {
    const count = codes.dims[0]!;
    const size = codes.dims.at(-1)!;
    if (direction.length !== size) {
      throw new ParameterError(`The direction has ${direction.length} numbers, but the codes have ${size} (${name}).`);
    }
    const wrong = chosen?.find((code) => code < 0 || code >= count);
    if (wrong !== undefined) throw new ParameterError(`There are codes 0 to ${count - 1}, no code ${wrong}.`);
    const moves = (code: number) => chosen === undefined || chosen.includes(code);
    const { styles } = at;
    return {
      ...at,
      [name]: shifted(at[name]!, direction, amount, moves),
      // Styles after the cut are all codes' together.
      ...(styles && chosen === undefined && { styles: shifted(styles, direction, amount, () => true) }),
    };
  }, values);
}

/**
 * @returns the values with their codes moved and weighed; the same where nothing is changed
 * @throws ParameterError as `moved` does, or where the codes have no importances of their own
 */
export function edited(
  generator: Pick<Generator, 'manifest' | 'space'>,
  cut: Cut,
  values: Values,
  { moves, weights = [], without = [] }: Edit,
): Values {
  const at = moved(generator, cut, values, moves);
  if (weights.every((weight) => weight === 1) && without.length === 0) return at;
  const { alpha } = at;
  const scales = weights.length > 0 ? weights : new Array<number>(alpha?.dims[0] ?? 0).fill(1);
  if (!alpha || alpha.dims[0] !== cut.codes || scales.length !== cut.codes) {
    throw new ParameterError(`There are no ${scales.length} codes with importances of their own to weigh.`);
  }
  const channels = alpha.dims[1]!;
  const wrong = without.find((channel) => channel < 0 || channel >= channels);
  if (wrong !== undefined) throw new ParameterError(`There are channels 0 to ${channels - 1}, no channel ${wrong}.`);
  return { ...at, alpha: scaledAlpha(alpha, scales, without) };
}

/** alpha [N, C] with each code's row times its scale, and the columns of some channels 0. */
export function scaledAlpha(
  alpha: Tensor<'float32'>,
  scales: readonly number[],
  without: readonly number[] = [],
): Tensor<'float32'> {
  const channels = alpha.dims[1]!;
  const left = new Set(without);
  const scaled = alpha.data.map((value, i) => (left.has(i % channels) ? 0 : value * scales[Math.floor(i / channels)]!));
  return float32(alpha.dims, scaled);
}

/** @param moves whether row n of the first axis moves */
function shifted(
  { dims, data }: Tensor<'float32'>,
  direction: readonly number[],
  amount: number,
  moves: (row: number) => boolean,
): Tensor<'float32'> {
  const size = direction.length;
  const row = data.length / dims[0]!;
  return float32(
    dims,
    data.map((value, i) => (moves(Math.floor(i / row)) ? value + amount * direction[i % size]! : value)),
  );
}

/** @throws ParameterError for a direction of no length */
export function unit(direction: ArrayLike<number>): number[] {
  const numbers = Array.from(direction);
  const length = Math.hypot(...numbers);
  if (!(length > 0) || !Number.isFinite(length)) {
    throw new ParameterError('It is no direction: all its numbers are 0, or one is none.');
  }
  return numbers.map((value) => value / length);
}
