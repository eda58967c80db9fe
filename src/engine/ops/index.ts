/** Every operator the engine has a rule for. */
import { add, div, mul, sub } from './arithmetic.ts';
import { abs } from './abs.ts';
import { averagePool } from './averagePool.ts';
import { cast } from './cast.ts';
import { clip } from './clip.ts';
import { comparisons } from './comparison.ts';
import type { Composite } from './composite.ts';
import { concat } from './concat.ts';
import { constant } from './constant.ts';
import { conv } from './conv.ts';
import { convTranspose } from './convTranspose.ts';
import { exp } from './exp.ts';
import { expand } from './expand.ts';
import { flatten } from './flatten.ts';
import { gemm } from './gemm.ts';
import { identity } from './identity.ts';
import { leakyRelu } from './leakyRelu.ts';
import { log } from './log.ts';
import { matmul } from './matmul.ts';
import { maxPool } from './maxPool.ts';
import { neg } from './neg.ts';
import type { Operator } from './operator.ts';
import { pad } from './pad.ts';
import { pixelNorm } from './pixelNorm.ts';
import { pow } from './pow.ts';
import { reduceMax, reduceMin } from './reduceMax.ts';
import { reduceMean } from './reduceMean.ts';
import { reduceSum } from './reduceSum.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { sign } from './sign.ts';
import { slice } from './slice.ts';
import { sqrt } from './sqrt.ts';
import { tanh } from './tanh.ts';
import { transpose } from './transpose.ts';
import { where } from './where.ts';

export const OPERATORS: readonly Operator[] = [
  // arithmetic
  add,
  sub,
  mul,
  div,
  pow,
  sqrt,
  exp,
  log,
  abs,
  neg,
  sign,
  clip,
  ...comparisons,
  where,
  cast,
  // linear maps
  conv,
  convTranspose,
  gemm,
  matmul,
  resize,
  averagePool,
  // activations
  relu,
  leakyRelu,
  tanh,
  // reductions
  reduceMean,
  reduceSum,
  reduceMax,
  reduceMin,
  maxPool,
  // rearrangement
  reshape,
  flatten,
  transpose,
  slice,
  concat,
  expand,
  pad,
  identity,
  constant,
];

export const COMPOSITES: readonly Composite[] = [pixelNorm];

const operators = new Map(OPERATORS.map((operator) => [operator.type, operator]));
const composites = new Map(COMPOSITES.map((composite) => [composite.type, composite]));

export const findOperator = (type: string): Operator | undefined => operators.get(type);
export const findComposite = (type: string): Composite | undefined => composites.get(type);
