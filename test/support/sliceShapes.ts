/** What the slices of a model with one value between them give. */
import type { Manifest } from '../../src/engine/generator/manifest.ts';

/** Shape [C, H, W] of every slice's `y`. */
export const sliceShapes = ({ slices }: Pick<Manifest, 'slices'>): number[][] =>
  slices.map(({ outputs }) => outputs['y']!.shape);
