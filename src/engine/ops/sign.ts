import { elementwise } from './support/elementwise.ts';

export const sign = elementwise('Sign', null, Math.sign);
