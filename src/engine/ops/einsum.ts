import { GraphError } from '../errors.ts';
import { getString } from '../graph/attributes.ts';
import type { Value } from '../graph/builder.ts';
import { string, type Attributes } from '../graph/graph.ts';
import type { Operator } from './operator.ts';
import { requiredFloat } from './support/inputs.ts';
import { show, type Shape } from './support/shapes.ts';

/**
 * Einstein summation: one letter an axis; letters missing from the result are summed over.
 *
 * The cotangent of an operand is the same sum with operand and result exchanged; letters that occur in that operand
 * alone were summed out and spread again.
 */
export const einsum: Operator = {
  type: 'Einsum',
  infer(context) {
    const types = context.inputs.map((_, i) => requiredFloat(context, i, 'operand'));
    const { terms, result } = parse(context.attributes, types.length);
    const dims = lengths(
      terms,
      types.map(({ shape }) => shape),
    );
    return [{ dtype: types[0]!.dtype, shape: [...result].map((letter) => dims.get(letter)!) }];
  },
  vjp({ b, attributes, inputs, grad }) {
    const operands = inputs as readonly Value[];
    const { terms, result } = parse(attributes, operands.length);
    return operands.map((operand, i) => () => {
      const own = terms[i]!;
      if (new Set(own).size !== own.length) {
        throw new GraphError(`The gradient of a diagonal ("${own}") is not supported.`);
      }
      const others = terms.filter((_, j) => j !== i);
      const reachable = new Set([result, ...others].join(''));
      const kept = [...own].filter((letter) => reachable.has(letter));
      const sum = b.node('Einsum', [grad, ...operands.filter((_, j) => j !== i)], {
        equation: string(`${[result, ...others].join(',')}->${kept.join('')}`),
      });
      const spread = operand.shape.map((dim, axis) => (reachable.has(own[axis]!) ? dim : 1));
      return b.expand(b.reshape(sum, spread), operand.shape);
    });
  },
};

/** The letters of each operand and of the result; without "->" the result has the letters that occur once, sorted. */
function parse(attributes: Attributes, operands: number): { terms: string[]; result: string } {
  const equation = getString(attributes, 'equation', '').replaceAll(' ', '');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  const all = terms.join('');
  const result =
    right ??
    [...all]
      .filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter))
      .sort()
      .join('');
  if (terms.length !== operands || !/^[A-Za-z]*$/.test(all + result)) {
    throw new GraphError(`Equation "${equation}" is not one term of letters for each of ${operands} operand(s).`);
  }
  if (new Set(result).size !== result.length || [...result].some((letter) => !all.includes(letter))) {
    throw new GraphError(`The result of equation "${equation}" repeats a letter or has one that no operand has.`);
  }
  return { terms, result };
}

function lengths(terms: readonly string[], shapes: readonly Shape[]): Map<string, number> {
  const dims = new Map<string, number>();
  terms.forEach((term, i) => {
    const shape = shapes[i]!;
    if (term.length !== shape.length) throw new GraphError(`Term "${term}" does not name the axes of ${show(shape)}.`);
    [...term].forEach((letter, axis) => {
      const known = dims.get(letter) ?? shape[axis]!;
      if (known !== shape[axis])
        throw new GraphError(`Axis "${letter}" is ${known} long here and ${shape[axis]} there.`);
      dims.set(letter, known);
    });
  });
  return dims;
}
