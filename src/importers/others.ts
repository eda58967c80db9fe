/** What people have and what cannot be imported, generators and networks from picture to picture: each is called by its name. */
import { ModelFormatError } from '../engine/errors.ts';
import { locate } from './locate.ts';
import type { StateDict } from './torch/stateDict.ts';

type Kind = 'generator' | 'network';

interface Other {
  readonly kind: Kind;
  readonly title: string;
  /** A parameter that every one of them has. */
  readonly anchor: string;
}

/** The first of its kind that is found names the file: what has the layers of another, too, comes before it. */
const OTHERS: readonly Other[] = [
  { kind: 'generator', title: 'a StyleGAN-XL', anchor: 'mapping.embed_proj.weight' },
  { kind: 'generator', title: 'a StyleGAN3', anchor: 'synthesis.input.freqs' },
  {
    kind: 'generator',
    title: 'a StyleGAN of the first generation',
    anchor: 'generator.progression.0.conv1.conv.weight_orig',
  },
  { kind: 'generator', title: 'a StyleGAN of the first generation', anchor: 'g_synthesis.blocks.4x4.const' },
  { kind: 'network', title: 'HAT', anchor: 'layers.0.residual_group.overlap_attn.qkv.weight' },
  { kind: 'network', title: 'SwinIR', anchor: 'layers.0.residual_group.blocks.0.attn.qkv.weight' },
  { kind: 'network', title: 'Restormer', anchor: 'encoder_level1.0.attn.qkv.weight' },
  { kind: 'network', title: 'NAFNet', anchor: 'middle_blks.0.conv1.weight' },
  { kind: 'network', title: 'DRUNet', anchor: 'm_head.weight' },
  { kind: 'network', title: 'GFPGAN', anchor: 'stylegan_decoder.style_conv1.modulated_conv.weight' },
  { kind: 'network', title: "Zhang et al.'s colorization of 2017", anchor: 'model10up.0.weight' },
  { kind: 'network', title: 'SRResNet', anchor: 'recon_trunk.0.conv1.weight' },
  { kind: 'network', title: 'SRResNet', anchor: 'body.0.conv1.weight' },
  { kind: 'network', title: 'EDSR', anchor: 'body.0.body.0.weight' },
];

const SENTENCES: Readonly<Record<Kind, (what: string, title: string) => string>> = {
  generator: (what, title) => `${what} is ${title}, which is not supported. StyleGAN2 and PGGAN can be imported.`,
  network: (what, title) =>
    `${what} is a network from picture to picture, ${title}, which is not supported. ESRGAN, Real-ESRGAN, RCAN and Zhang et al.'s ` +
    `colorization of 2016 can be imported; others can be compared with as ONNX files ("ganprior compare --methods FILE.onnx").`,
};

/** @throws ModelFormatError when the file holds one of a kind that is known and not supported */
export function refuseOthers(kind: Kind, dicts: ReadonlyMap<string, StateDict>, what: string): void {
  const found = OTHERS.find((other) => other.kind === kind && !locate(dicts, other.anchor).next().done);
  if (found) throw new ModelFormatError(SENTENCES[kind](what, found.title));
}
