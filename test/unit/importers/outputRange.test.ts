/** Black and white, as a generator's last operators say them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Graph } from '../../../src/engine/graph/graph.ts';
import { float32 } from '../../../src/engine/tensor.ts';
import { outputRange } from '../../../src/importers/onnx/outputRange.ts';
import { Exporter } from '../../support/onnxGenerator.ts';

type Step = readonly [op: string, ...inputs: readonly (number | readonly number[])[]];

/** Operators one after the other; the value so far is the input that is not a number, before the numbers unless it is said. */
function chain(steps: readonly Step[], last = false): Graph {
  const e = new Exporter();
  let x = e.node('Conv', 'rgb', ['x', e.random('w', [3, 4, 1, 1])]);
  steps.forEach(([op, ...constants], i) => {
    const names = constants.map((value, k) => {
      const list = typeof value === 'number' ? [value] : value;
      e.initializers.set(`c${i}_${k}`, float32([list.length, 1, 1], list));
      return `c${i}_${k}`;
    });
    x = e.node(op, `y${i}`, last ? [...names, x] : [x, ...names]);
  });
  return e.graph([], x, ['n', 3, 4, 4]);
}

for (const [what, graph, range] of [
  ['tanh', chain([['Tanh']]), [-1, 1]],
  ['sigmoid', chain([['Sigmoid']]), [0, 1]],
  ['clip', chain([['Clip', 0, 255]]), [0, 255]],
  ['(tanh + 1) / 2', chain([['Tanh'], ['Add', 1], ['Div', 2]]), [0, 1]],
  ['1/2 + 1/2 tanh', chain([['Tanh'], ['Mul', 0.5], ['Add', 0.5]], true), [0, 1]],
  ['255 sigmoid', chain([['Sigmoid'], ['Mul', [255, 255, 255]], ['Identity']]), [0, 255]],
  ['1 - sigmoid', chain([['Sigmoid'], ['Sub', 1]], true), [0, 1]],
  ['-tanh', chain([['Tanh'], ['Mul', -1]]), [-1, 1]],
  ['clips from either side', chain([['Relu'], ['Clip', -5, 1]]), [0, 1]],
] as const) {
  test(`the range of ${what}`, () => {
    const found = outputRange(graph, graph.outputs[0]!.name);
    assert.deepEqual(found, range && { range, assumed: false });
  });
}

for (const [what, graph, range] of [
  ['nothing', chain([]), [-1, 1]],
  [
    'nothing, times 127.5 plus 128',
    chain([
      ['Mul', 127.5],
      ['Add', 128],
    ]),
    [0.5, 255.5],
  ],
  [
    'nothing, times 127.5 plus 127.5',
    chain(
      [
        ['Mul', 127.5],
        ['Add', 127.5],
      ],
      true,
    ),
    [0, 255],
  ],
  [
    'nothing, plus 1, over 2',
    chain([
      ['Add', 1],
      ['Div', 2],
    ]),
    [0, 1],
  ],
  ['nothing, times 255', chain([['Mul', 255]]), [0, 255]],
] as const) {
  test(`the range of ${what} is assumed`, () =>
    assert.deepEqual(outputRange(graph, graph.outputs[0]!.name), { range, assumed: true }));
}

for (const [what, graph] of [
  ['nothing, moved to where no picture is', chain([['Mul', 127.5]])],
  ['a mean for each channel', chain([['Sigmoid'], ['Sub', [0.4, 0.5, 0.6]]])],
  ['a clip from below', chain([['Clip', 0]])],
  ['a rectifier', chain([['Relu'], ['Mul', 255]])],
] as const) {
  test(`${what} has no range`, () => assert.equal(outputRange(graph, graph.outputs[0]!.name), undefined));
}
