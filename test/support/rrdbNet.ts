/** Checkpoints of RRDBNets with random weights, of any size. */
import { normals } from '../../src/engine/random.ts';
import { sizeOf } from '../../src/engine/tensor.ts';
import type { Stored, Tree } from './torchWriter.ts';

export interface RrdbShape {
  readonly blocks: number;
  /** Channels, and those that each convolution of a dense block adds. */
  readonly channels: number;
  readonly growth: number;
  /** Channels of the first convolution: 3, or more where blocks of pixels become channels first. */
  readonly input?: number;
  readonly doublings?: number;
}

/** The published size. */
export const REAL_SIZE: RrdbShape = { blocks: 23, channels: 64, growth: 32 };

/** He's initialisation times a tenth, as the published code begins its training. */
const GAIN = 0.1;

/** In Real-ESRGAN's names. */
export function rrdbNet({ blocks, channels, growth, input = 3, doublings = 2 }: RrdbShape, seed = 1): Tree {
  const draw = normals(seed);
  const state: Record<string, Stored> = {};
  const conv = (name: string, out: number, into: number): void => {
    const dims = [out, into, 3, 3];
    const spread = GAIN * Math.sqrt(2 / (9 * into));
    state[`${name}.weight`] = { dims, data: Float32Array.from({ length: sizeOf(dims) }, () => spread * draw()) };
    state[`${name}.bias`] = { dims: [out], data: new Float32Array(out) };
  };
  conv('conv_first', channels, input);
  for (let block = 0; block < blocks; block++) {
    for (const part of [1, 2, 3]) {
      for (const i of [1, 2, 3, 4, 5]) {
        conv(`body.${block}.rdb${part}.conv${i}`, i < 5 ? growth : channels, channels + (i - 1) * growth);
      }
    }
  }
  const doubling = Array.from({ length: doublings }, (_, i) => `conv_up${i + 1}`);
  for (const name of ['conv_body', ...doubling, 'conv_hr']) conv(name, channels, channels);
  conv('conv_last', 3, channels);
  return { params_ema: state };
}

/** The same parameters under ESRGAN's first names. */
export function firstNames(
  state: Readonly<Record<string, Stored>>,
  { blocks, doublings }: { readonly blocks: number; readonly doublings: number },
): Tree {
  const renamed = (name: string): string =>
    name
      .replace(/^conv_first/, 'model.0')
      .replace(/^body\.(\d+)\.rdb(\d)\.conv(\d)/, 'model.1.sub.$1.RDB$2.conv$3.0')
      .replace(/^conv_body/, `model.1.sub.${blocks}`)
      .replace(/^conv_up(\d)/, (_, up: string) => `model.${3 * Number(up)}`)
      .replace(/^conv_hr/, `model.${3 * doublings + 2}`)
      .replace(/^conv_last/, `model.${3 * doublings + 4}`);
  return Object.fromEntries(Object.entries(state).map(([name, stored]) => [renamed(name), stored]));
}
