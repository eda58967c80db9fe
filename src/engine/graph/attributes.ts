/** Typed access to a node's attributes, with the ONNX default where one is absent. */
import { GraphError } from '../errors.ts';
import type { Attribute, Attributes } from './graph.ts';

type Kind = Attribute['kind'];
type ValueOf = { [K in Kind]: Extract<Attribute, { kind: K }>['value'] };

function read<K extends Kind>(attributes: Attributes, name: string, kind: K): ValueOf[K] | undefined {
  const attribute = attributes[name];
  if (attribute === undefined) return undefined;
  if (attribute.kind !== kind) throw new GraphError(`Attribute "${name}" is ${attribute.kind}, expected ${kind}.`);
  return attribute.value as ValueOf[K];
}

export const getInt = (a: Attributes, name: string, fallback: number): number => read(a, name, 'int') ?? fallback;
export const getFloat = (a: Attributes, name: string, fallback: number): number => read(a, name, 'float') ?? fallback;
export const getString = (a: Attributes, name: string, fallback: string): string => read(a, name, 'string') ?? fallback;
export const getInts = (a: Attributes, name: string): readonly number[] | undefined => read(a, name, 'ints');
