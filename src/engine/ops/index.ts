/** Every operator the engine has a rule for. */
import { abs } from './abs.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { averagePool } from './averagePool.ts';
import { batchNormalization } from './batchNormalization.ts';
import { cast } from './cast.ts';
import { clip } from './clip.ts';
import { comparisons } from './comparison.ts';
import type { Composite } from './composite.ts';
import { concat } from './concat.ts';
import { constant } from './constant.ts';
import { constantOfShape } from './constantOfShape.ts';
import { conv } from './conv.ts';
import { convTranspose } from './convTranspose.ts';
import { depthToSpace } from './depthToSpace.ts';
import { einsum } from './einsum.ts';
import { elu } from './elu.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { expand } from './expand.ts';
import { max, min } from './extremum.ts';
import { flatten } from './flatten.ts';
import { gather } from './gather.ts';
import { gelu } from './gelu.ts';
import { gemm } from './gemm.ts';
import { globalAveragePool } from './globalAveragePool.ts';
import { groupNormalization } from './groupNormalization.ts';
import { hardSigmoid } from './hardSigmoid.ts';
import { hardSwish } from './hardSwish.ts';
import { identity } from './identity.ts';
import { instanceNormalization } from './instanceNormalization.ts';
import { layerNormalization } from './layerNormalization.ts';
import { leakyRelu } from './leakyRelu.ts';
import { log } from './log.ts';
import { matmul } from './matmul.ts';
import { maxPool } from './maxPool.ts';
import { neg } from './neg.ts';
import type { Operator } from './operator.ts';
import { pad } from './pad.ts';
import { pixelNorm } from './pixelNorm.ts';
import { pow } from './pow.ts';
import { prelu } from './prelu.ts';
import { range } from './range.ts';
import { reciprocal } from './reciprocal.ts';
import { reduceL2 } from './reduceL2.ts';
import { reduceMax, reduceMin } from './reduceMax.ts';
import { reduceMean } from './reduceMean.ts';
import { reduceSum } from './reduceSum.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { selu } from './selu.ts';
import { shape, size } from './shape.ts';
import { sigmoid } from './sigmoid.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { spaceToDepth } from './spaceToDepth.ts';
import { split } from './split.ts';
import { sqrt } from './sqrt.ts';
import { squeeze } from './squeeze.ts';
import { stepwise } from './stepwise.ts';
import { mean, sum } from './sum.ts';
import { tanh } from './tanh.ts';
import { tile } from './tile.ts';
import { transpose } from './transpose.ts';
import { cos, sin } from './trigonometry.ts';
import { unsqueeze } from './unsqueeze.ts';
import { where } from './where.ts';

const ARITHMETIC = [add, sub, mul, div, pow, sqrt, reciprocal, exp, log, sin, cos, erf, abs, neg, clip, max, min];
const CHOICE = [...comparisons, ...stepwise, where, cast];
const LINEAR = [conv, convTranspose, gemm, matmul, einsum, resize, averagePool, globalAveragePool];
const ACTIVATIONS = [relu, leakyRelu, prelu, elu, selu, sigmoid, tanh, softplus, hardSigmoid, hardSwish, gelu, softmax];
const NORMALIZATION = [batchNormalization, instanceNormalization, layerNormalization];
const REDUCTIONS = [reduceMean, reduceSum, reduceMax, reduceMin, reduceL2, maxPool];
const REARRANGEMENT = [reshape, flatten, transpose, squeeze, unsqueeze, slice, concat, split, gather, pad];
const COPIES = [expand, tile, depthToSpace, identity];
const CONSTANTS = [constant, constantOfShape, range];

export const OPERATORS: readonly Operator[] = [
  ...ARITHMETIC,
  ...CHOICE,
  ...LINEAR,
  ...ACTIVATIONS,
  ...NORMALIZATION,
  ...REDUCTIONS,
  ...REARRANGEMENT,
  ...COPIES,
  ...CONSTANTS,
];

export const COMPOSITES: readonly Composite[] = [pixelNorm, groupNormalization, spaceToDepth, sum, mean, shape, size];

const operators = new Map(OPERATORS.map((operator) => [operator.type, operator]));
const composites = new Map(COMPOSITES.map((composite) => [composite.type, composite]));

export const findOperator = (type: string): Operator | undefined => operators.get(type);
export const findComposite = (type: string): Composite | undefined => composites.get(type);
