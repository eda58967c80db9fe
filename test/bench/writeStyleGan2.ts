/**
 * Writes StyleGAN2 of real size with random weights, as the projects publish them:
 *
 *     node --import tsx test/bench/writeStyleGan2.ts OUT.pkl [RESOLUTION]    NVIDIA's, with G, D and G_ema
 *     node --import tsx test/bench/writeStyleGan2.ts OUT.pt [RESOLUTION]     rosinality's, g_ema and latent_avg
 *
 * 1024 (the default) is as large as the published faces: 381 MB of NVIDIA's.
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { nvidiaPickle } from '../support/nvidiaPickle.ts';
import { discriminator, published, rosinality, styleGan2, type RandomStyleGan2 } from '../support/styleGan2.ts';
import { torchLegacyParts } from '../support/torchWriter.ts';

const [file, resolution = '1024'] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file to write.');
const spec: RandomStyleGan2 = {
  resolution: Number(resolution),
  zDim: 512,
  wDim: 512,
  mapping: 8,
  channels: published(Number(resolution) > 256 ? 32_768 : 16_384),
};
const network = styleGan2(spec);
const parts = file.endsWith('.pkl')
  ? nvidiaPickle({
      training_set_kwargs: 'N',
      G: styleGan2({ ...spec, seed: 2 }),
      D: discriminator(spec),
      G_ema: network,
      augment_pipe: 'N',
    })
  : torchLegacyParts({ ...rosinality(network) });
await pipeline(Readable.from(parts, { objectMode: true }), createWriteStream(file));
