/** Networks from picture to picture that people have and that cannot be imported: each is called by its name. */
import { ModelFormatError } from '../../engine/errors.ts';
import { locate } from '../locate.ts';
import type { StateDict } from '../torch/stateDict.ts';

interface Other {
  readonly title: string;
  /** A parameter that every one of them has. */
  readonly anchor: string;
}

/** The first that is found names the file: what has the layers of another, too, comes before it. */
const OTHERS: readonly Other[] = [
  { title: 'HAT', anchor: 'layers.0.residual_group.overlap_attn.qkv.weight' },
  { title: 'SwinIR', anchor: 'layers.0.residual_group.blocks.0.attn.qkv.weight' },
  { title: 'Restormer', anchor: 'encoder_level1.0.attn.qkv.weight' },
  { title: 'NAFNet', anchor: 'middle_blks.0.conv1.weight' },
  { title: 'DRUNet', anchor: 'm_head.weight' },
  { title: 'GFPGAN', anchor: 'stylegan_decoder.style_conv1.modulated_conv.weight' },
  { title: "Zhang et al.'s colorization of 2017", anchor: 'model10up.0.weight' },
  { title: 'SRResNet', anchor: 'recon_trunk.0.conv1.weight' },
  { title: 'SRResNet', anchor: 'body.0.conv1.weight' },
  { title: 'EDSR', anchor: 'body.0.body.0.weight' },
];

/** @throws ModelFormatError when the file holds a network that is known and not supported */
export function refuseOtherNetworks(dicts: ReadonlyMap<string, StateDict>, what: string): void {
  for (const { title, anchor } of OTHERS) {
    if (locate(dicts, anchor).next().done) continue;
    throw new ModelFormatError(
      `${what} is a network from picture to picture, ${title}, which is not supported. ESRGAN, Real-ESRGAN, RCAN and Zhang et al.'s ` +
        `colorization of 2016 can be imported; others can be compared with as ONNX files ("ganprior compare --methods FILE.onnx").`,
    );
  }
}
