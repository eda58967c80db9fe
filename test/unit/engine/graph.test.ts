import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { GraphError, ModelFormatError, UnsupportedOperatorError } from '../../../src/engine/errors.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { OPSET, type Graph } from '../../../src/engine/graph/graph.ts';
import { inline } from '../../../src/engine/graph/inline.ts';
import { validate } from '../../../src/engine/graph/validate.ts';
import { readModel } from '../../../src/engine/onnx/read.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { castFloat, float32, fromBytes, int64, tensor, toNumbers } from '../../../src/engine/tensor.ts';

const value = (name: string, shape: (number | string)[] = [2]) => ({ name, dtype: 'float32' as const, shape });
const node = (op: string, inputs: string[], outputs: string[]) => ({
  op,
  name: outputs[0]!,
  inputs,
  outputs,
  attributes: {},
});

describe('reading and writing', () => {
  const b = new GraphBuilder('round trip');
  const x = b.input('x', 'float32', [2, 3]);
  const y = b.node('Gemm', [x, b.constant(float32([3, 2], [1, 2, 3, 4, 5, 6]), 'w')], {
    alpha: { kind: 'float', value: 0.5 },
    transB: { kind: 'int', value: 0 },
  });
  const graph = b.build({ y: b.reshape(y, [4]) });

  test('a graph survives the way to bytes and back', () => {
    assert.deepEqual(readModel(writeModel(graph), 'round trip'), graph);
  });

  test('bytes at any alignment are read, also from a Node buffer', () => {
    const model = writeModel(graph);
    for (let offset = 0; offset < 8; offset++) {
      const shifted = Buffer.concat([Buffer.alloc(offset), model]).subarray(offset);
      assert.deepEqual(readModel(shifted, 'shifted'), graph);
    }
  });

  test('only what the outputs need is kept', () => {
    const builder = new GraphBuilder('lean');
    const input = builder.input('x', 'float32', [2]);
    builder.input('unused', 'float32', [2]);
    builder.exp(input);
    const { inputs, nodes } = builder.build({ y: builder.neg(input) });
    assert.deepEqual(
      inputs.map(({ name }) => name),
      ['x'],
    );
    assert.deepEqual(
      nodes.map(({ op }) => op),
      ['Neg', 'Identity'],
    );
  });

  test('a file that is no model, or half of one, is refused by name', () => {
    const model = writeModel(graph);
    for (const bytes of [
      new Uint8Array(0),
      new TextEncoder().encode('hello there'),
      model.slice(0, model.length - 9),
    ]) {
      assert.throws(
        () => readModel(bytes, 'garden.onnx'),
        (error) => {
          assert.ok(error instanceof ModelFormatError);
          assert.match(error.message, /^garden\.onnx/);
          return true;
        },
      );
    }
  });
});

describe('validation', () => {
  const graph: Graph = {
    name: 'g',
    opset: OPSET,
    inputs: [value('x')],
    outputs: [value('y')],
    initializers: new Map(),
    nodes: [node('Neg', ['x'], ['y'])],
  };

  test('a sound graph passes', () => validate(graph));

  for (const [what, broken, message] of [
    ['a value read before it is produced', { nodes: [node('Neg', ['z'], ['y'])] }, /reads "z" before/],
    [
      'a value produced twice',
      { nodes: [node('Neg', ['x'], ['y']), node('Exp', ['x'], ['y'])] },
      /"y" is produced twice/,
    ],
    ['an output nothing produces', { nodes: [] }, /Nothing produces the output "y"/],
  ] as const) {
    test(`${what} is refused`, () => assert.throws(() => validate({ ...graph, ...broken }), message));
  }

  test('inlining without an input says which one is missing', () => {
    assert.throws(() => inline(new GraphBuilder('b'), graph, {}), /needs an input named "x"/);
  });
});

describe('autodiff', () => {
  test('an operator without a rule is named with its node', () => {
    const graph: Graph = {
      name: 'g',
      opset: OPSET,
      inputs: [value('x')],
      outputs: [value('y')],
      initializers: new Map(),
      nodes: [{ ...node('Frobnicate', ['x'], ['y']), name: 'block7/frob' }],
    };
    const b = new GraphBuilder('b');
    assert.throws(
      () => inline(b, graph, { x: b.input('x', 'float32', [2]) }),
      (error) => {
        assert.ok(error instanceof UnsupportedOperatorError);
        assert.match(error.message, /Frobnicate \(node "block7\/frob"\)/);
        return true;
      },
    );
  });

  test('what the loss does not depend on has a gradient of zeros', () => {
    const b = new GraphBuilder('b');
    const [x, y] = [b.input('x', 'float32', [3]), b.input('y', 'float32', [2])];
    const [, dy] = gradients(b, b.reduceMean(b.square(x)), [x, y]);
    assert.deepEqual(dy!.shape, [2]);
  });

  test('frozen weights cost nothing: no node is made for them', () => {
    const b = new GraphBuilder('b');
    const x = b.input('x', 'float32', [1, 4]);
    const w = b.constant(float32([4, 4], new Float32Array(16)), 'w');
    const before = b.tape.length;
    const loss = b.reduceMean(b.matmul(x, w));
    const forward = b.tape.length - before;
    const [dx] = gradients(b, loss, [x]);
    const { nodes } = b.build({ dx: dx! });
    assert.ok(nodes.filter(({ op }) => op === 'MatMul' || op === 'Gemm').length === 1, 'one product: dy w^T');
    assert.equal(forward, 2);
  });

  test('a loss with more than one element is refused', () => {
    const b = new GraphBuilder('b');
    const x = b.input('x', 'float32', [3]);
    assert.throws(() => gradients(b, x, [x]), GraphError);
  });
});

describe('tensors', () => {
  test('the number of elements must fit the shape', () => {
    assert.throws(() => tensor('float32', [2, 2], new Float32Array(3)), /\[2, 2\] holds 4 elements, not 3/);
    assert.throws(() => fromBytes('int64', [2], new Uint8Array(15)), /takes 16 bytes, not 15/);
  });

  test('half floats convert both ways', () => {
    const half = castFloat(float32([3], [1, -0.5, 65504]), 'float16');
    assert.deepEqual([...half.data], [0x3c00, 0xb800, 0x7bff]);
    assert.deepEqual([...castFloat(half, 'float32').data], [1, -0.5, 65504]);
    assert.throws(() => castFloat(int64([1], [1]), 'float32'), /int64/);
    const every = tensor(
      'float16',
      [2 ** 16],
      Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits),
    );
    const decoded = castFloat(every, 'float32').data;
    toNumbers(every).forEach((value, bits) => {
      if (!Object.is(decoded[bits], value)) assert.fail(`${decoded[bits]} for the half float ${bits}, not ${value}`);
    });
  });
});
