/** The smallest generators of two layouts, with random weights: most of each file is structure. */
import { normals } from '../../src/engine/random.ts';
import { sizeOf } from '../../src/engine/tensor.ts';
import type { Stored } from './torchWriter.ts';

const draw = normals(3);
const random = (...dims: number[]): Stored => ({
  dims,
  data: Float32Array.from({ length: sizeOf(dims) }, () => draw()),
});

export const dissection = {
  'layer1.conv.weight': random(2, 3, 4, 4),
  'layer1.wscale.b': random(2),
  'layer2.conv.weight': random(2, 2, 3, 3),
  'layer2.wscale.b': random(2),
  'output_4x4.conv.weight': random(3, 2, 1, 1),
  'output_4x4.wscale.b': random(3),
};

export const genforce = {
  lod: random(1),
  'layer0.conv.weight': random(2, 3, 4, 4),
  'layer0.wscale.bias': random(2),
  'layer1.conv.weight': random(2, 2, 3, 3),
  'layer1.wscale.bias': random(2),
  'output0.conv.weight': random(3, 2, 1, 1),
  'output0.wscale.bias': random(3),
};
genforce.lod.data[0] = 0;
