import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { getFloat } from '../../../src/engine/graph/attributes.ts';
import { int, ints, OPSET, type Attributes, type Graph, type Node } from '../../../src/engine/graph/graph.ts';
import { recognise } from '../../../src/engine/graph/recognise.ts';
import { float32, int64, type Tensor } from '../../../src/engine/tensor.ts';

const node = (op: string, output: string, inputs: string[], attributes: Attributes = {}): Node => ({
  op,
  name: `make_${output}`,
  inputs,
  outputs: [output],
  attributes,
});

const graph = (nodes: Node[], outputs = ['y']): Graph => ({
  name: 'test',
  opset: OPSET,
  inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 8, 4, 4] }],
  outputs: outputs.map((name) => ({ name, dtype: 'float32', shape: ['n', 8, 4, 4] })),
  initializers: new Map<string, Tensor>([
    ['epsilon', float32([], [1e-8])],
    ['two', float32([], [2])],
    ['one', float32([], [1])],
    ['half', float32([1], [0.5])],
    ['minus_half', float32([], [-0.5])],
    ['channels', int64([1], [1])],
    ['rows', int64([1], [2])],
  ]),
  nodes,
});

const keep = { keepdims: int(1) };
const square = node('Mul', 'square', ['x', 'x']);
const mean = node('ReduceMean', 'mean', ['square', 'channels'], keep);
const padded = node('Add', 'padded', ['mean', 'epsilon']);
const root = node('Sqrt', 'root', ['padded']);
const quotient = node('Div', 'y', ['x', 'root']);

const VARIANTS: Record<string, Node[]> = {
  'x / sqrt(mean(x * x) + e)': [square, mean, padded, root, quotient],
  'x ^ 2': [node('Pow', 'square', ['x', 'two']), mean, padded, root, quotient],
  'e + mean': [square, mean, node('Add', 'padded', ['epsilon', 'mean']), root, quotient],
  's ^ 0.5': [square, mean, padded, node('Pow', 'root', ['padded', 'half']), quotient],
  'axes as an attribute': [square, node('ReduceMean', 'mean', ['square'], { axes: ints([1]) }), padded, root, quotient],
  'x * reciprocal': [square, mean, padded, root, node('Reciprocal', 'r', ['root']), node('Mul', 'y', ['x', 'r'])],
  '(1 / root) * x': [square, mean, padded, root, node('Div', 'r', ['one', 'root']), node('Mul', 'y', ['r', 'x'])],
  's ^ -0.5': [square, mean, padded, node('Pow', 'r', ['padded', 'minus_half']), node('Mul', 'y', ['x', 'r'])],
  'a Constant node for e': [
    square,
    mean,
    node('Constant', 'e', [], { value: { kind: 'tensor', value: float32([], [1e-8]) } }),
    node('Add', 'padded', ['mean', 'e']),
    root,
    quotient,
  ],
};

describe('becomes one PixelNorm', () => {
  for (const [name, nodes] of Object.entries(VARIANTS)) {
    test(name, () => {
      const found = recognise(graph([...nodes, node('Relu', 'z', ['y'])], ['z']));
      const [norm, relu] = found.nodes.filter(({ op }) => op !== 'Constant');
      assert.deepEqual([norm!.op, norm!.inputs, norm!.outputs], ['PixelNorm', ['x'], ['y']]);
      assert.equal(getFloat(norm!.attributes, 'epsilon', 0), Math.fround(1e-8));
      assert.equal(relu!.op, 'Relu');
      assert.equal(found.initializers.has('channels'), false);
    });
  }
  test('each of several', () => {
    const second = [square, mean, padded, root, quotient].map((part) => ({
      ...part,
      name: `${part.name}_2`,
      inputs: part.inputs.map((name) =>
        name === 'x' ? 'y' : ['channels', 'epsilon'].includes(name) ? name : `${name}_2`,
      ),
      outputs: part.outputs.map((name) => `${name}_2`),
    }));
    const found = recognise(graph([square, mean, padded, root, quotient, ...second], ['y_2']));
    assert.deepEqual(
      found.nodes.map(({ op, inputs }) => [op, ...inputs]),
      [
        ['PixelNorm', 'x'],
        ['PixelNorm', 'y'],
      ],
    );
  });
});

describe('stays as it is', () => {
  const others: Record<string, Graph> = {
    'where an intermediate is read elsewhere': graph(
      [square, mean, padded, root, quotient, node('Neg', 'z', ['mean'])],
      ['y', 'z'],
    ),
    'where an intermediate is an output': graph([square, mean, padded, root, quotient], ['y', 'root']),
    'over another axis': graph([square, node('ReduceMean', 'mean', ['square', 'rows'], keep), padded, root, quotient]),
    'without keepdims': graph([
      square,
      node('ReduceMean', 'mean', ['square', 'channels'], { keepdims: int(0) }),
      padded,
      root,
      quotient,
    ]),
    'of another value': graph([node('Neg', 'm', ['x']), square, mean, padded, root, node('Div', 'y', ['m', 'root'])]),
    'of a cube': graph([node('Pow', 'square', ['x', 'one']), mean, padded, root, quotient]),
    'upside down': graph([square, mean, padded, root, node('Div', 'y', ['root', 'x'])]),
    'without epsilon': graph([square, mean, node('Sqrt', 'root', ['mean']), quotient]),
  };
  for (const [name, other] of Object.entries(others)) test(name, () => assert.equal(recognise(other), other));
});
