/** The methods there are. A new one is one file and one line here. */
import { ParameterError } from '../errors.ts';
import { encoder } from './encoder.ts';
import { featureMap } from './featureMap.ts';
import type { Method, MethodId } from './method.ts';
import { multiCode } from './multiCode.ts';
import { secondCut } from './secondCut.ts';
import { singleCode } from './singleCode.ts';
import { tunedWeights } from './tunedWeights.ts';

export const ALL_METHODS: readonly Method[] = [multiCode, singleCode, featureMap, secondCut, encoder, tunedWeights];

export function methodById(id: MethodId): Method {
  const found = ALL_METHODS.find((method) => method.id === id);
  if (!found)
    throw new ParameterError(`There is no method "${id}"; choose ${ALL_METHODS.map((m) => m.id).join(', ')}.`);
  return found;
}

export { METHODS, STAGE_METHODS, type Method, type MethodId } from './method.ts';
