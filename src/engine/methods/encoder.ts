/** The baseline that takes no steps: one code through the whole generator, as a network reads it off the picture (generator/encoder.ts). */
import type { Method } from './method.ts';
import { singleCode } from './singleCode.ts';

export const encoder: Method = { ...singleCode, id: 'encoder', title: 'Encoder' };
