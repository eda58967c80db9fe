/**
 * RRDBNet: ESRGAN (Wang et al., 2018) under its first names and its later ones, and Real-ESRGAN (Wang et al., 2021).
 *
 *     x - (blocks of pixels to channels) - conv -+- B blocks - conv - + - twice (nearest x2, conv, lrelu) - conv, lrelu - conv - y
 *                                                 +------------------+
 *
 * A block is three dense blocks of five convolutions, with a fifth of what each comes to added to what it was given.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import type { StateDict } from '../torch/stateDict.ts';
import { LayerWriter, type Layer } from './layers.ts';
import { countOf, type FeedForwardLayout, type FeedForwardPlan } from './layout.ts';

interface Names {
  readonly first: string;
  /** Convolution 1 to 5 of dense block 1 to 3 of a block, counted from 0. */
  readonly dense: (block: number, part: number, conv: number) => string;
  readonly trunk: string;
  /** One for each doubling. */
  readonly up: readonly string[];
  readonly fine: string;
  readonly last: string;
}

const RESIDUAL = 0.2;
const PARTS = [1, 2, 3];

/** Convolutions that a pixel sees through in one block. */
const REACH_OF_BLOCK = 15;

/** A side of the blocks of pixels that are made channels first, by the channels of the first convolution. */
const UNSHUFFLED: Readonly<Record<number, 1 | 2 | 4>> = { 3: 1, 12: 2, 48: 4 };

async function plan(
  network: string,
  names: Names,
  blocks: number,
  state: StateDict,
  what: string,
): Promise<FeedForwardPlan> {
  const into = state.get(`${names.first}.weight`)?.dims[1] ?? 0;
  const unshuffled = UNSHUFFLED[into];
  const enlarged = 2 ** names.up.length;
  const scale = enlarged / (unshuffled ?? 1);
  if (unshuffled === undefined || ![1, 2, 4, 8, 16].includes(scale)) {
    throw new ModelFormatError(
      `${what} is an RRDBNet of ${into} channels that enlarges ${enlarged} times, which no published one does.`,
    );
  }
  const net = new LayerWriter(network, 3, state, what);
  const x = unshuffled === 1 ? net.x : net.pixelUnshuffle('unshuffled', net.x, unshuffled);
  const first = await net.conv(names.first, x);
  let features = first;
  for (let block = 0; block < blocks; block++) {
    let inner = features;
    for (const part of PARTS) inner = await denseBlock(net, (conv) => names.dense(block, part, conv), inner);
    features = net.add(`block${block}`, features, net.scale(`block${block}.residual`, inner, RESIDUAL));
  }
  let y = net.add('trunk', first, await net.conv(names.trunk, features));
  for (const up of names.up) y = net.leakyRelu(await net.conv(up, net.nearest(`${up}.enlarged`, y, 2)));
  y = await net.conv(names.last, net.leakyRelu(await net.conv(names.fine, y)));
  // In pixels of x: those of the first and last convolution of the trunk and of the doublings, each of which sees half as far.
  const reach = unshuffled * (2 + REACH_OF_BLOCK * blocks + 2);
  return {
    network,
    tasks: [scale > 1 ? 'super-resolve' : 'denoise'],
    colours: 'rgb',
    scale: scale as 4,
    multiple: unshuffled,
    reach,
    graph: net.build(y),
  };
}

/** Each convolution sees what came in and what all before it made of that. */
async function denseBlock(net: LayerWriter, name: (conv: number) => string, x: Layer): Promise<Layer> {
  const seen = [x];
  for (const conv of [1, 2, 3, 4]) seen.push(net.leakyRelu(await net.conv(name(conv), joined(net, name(conv), seen))));
  const made = await net.conv(name(5), joined(net, name(5), seen), { scale: RESIDUAL });
  return net.add(`${name(5)}.added`, x, made);
}

const joined = (net: LayerWriter, name: string, parts: readonly Layer[]): Layer =>
  parts.length === 1 ? parts[0]! : net.concat(`${name}.seen`, parts);

/** Under the first names, which count layers, those without parameters too. */
const firstNames = (blocks: number, doublings: number): Names => ({
  first: 'model.0',
  dense: (block, part, conv) => `model.1.sub.${block}.RDB${part}.conv${conv}.0`,
  trunk: `model.1.sub.${blocks}`,
  up: Array.from({ length: doublings }, (_, i) => `model.${3 * (i + 1)}`),
  fine: `model.${3 * doublings + 2}`,
  last: `model.${3 * doublings + 4}`,
});

const LATER: Names = {
  first: 'conv_first',
  dense: (block, part, conv) => `RRDB_trunk.${block}.RDB${part}.conv${conv}`,
  trunk: 'trunk_conv',
  up: ['upconv1', 'upconv2'],
  fine: 'HRconv',
  last: 'conv_last',
};

const REAL: Names = {
  first: 'conv_first',
  dense: (block, part, conv) => `body.${block}.rdb${part}.conv${conv}`,
  trunk: 'conv_body',
  up: ['conv_up1', 'conv_up2'],
  fine: 'conv_hr',
  last: 'conv_last',
};

const blocksOf = (state: StateDict, { dense }: Pick<Names, 'dense'>): number =>
  countOf(state, (i) => `${dense(i, 1, 1)}.weight`);

export const esrganFirst: FeedForwardLayout = {
  title: 'ESRGAN',
  marks: 'model.0.weight, model.1.sub.0.RDB1.conv1.0.weight, model.10.weight',
  anchor: 'model.1.sub.0.RDB1.conv1.0.weight',
  detect: () => true,
  plan: (state, what) => {
    // The last convolution is at 3 doublings + 4.
    const doublings = [0, 1, 2, 3, 4].find(
      (n) => state.has(`model.${3 * n + 4}.weight`) && !state.has(`model.${3 * n + 5}.weight`),
    );
    const blocks = blocksOf(state, firstNames(0, 0));
    return plan('ESRGAN', firstNames(blocks, doublings ?? 2), blocks, state, what);
  },
};

export const esrganLater: FeedForwardLayout = {
  title: 'ESRGAN, later names',
  marks: 'conv_first.weight, RRDB_trunk.0.RDB1.conv1.weight, HRconv.weight',
  anchor: 'RRDB_trunk.0.RDB1.conv1.weight',
  detect: () => true,
  plan: (state, what) => plan('ESRGAN', LATER, blocksOf(state, LATER), state, what),
};

export const realEsrgan: FeedForwardLayout = {
  title: 'Real-ESRGAN',
  marks: 'conv_first.weight, body.0.rdb1.conv1.weight, conv_hr.weight',
  anchor: 'body.0.rdb1.conv1.weight',
  detect: () => true,
  plan: (state, what) => plan('Real-ESRGAN', REAL, blocksOf(state, REAL), state, what),
};
