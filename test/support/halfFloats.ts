/**
 * A device with half floats, on the CPU: every value that a graph keeps in half floats is rounded to one. ONNX Runtime's own
 * CPU kernels convert what they read and leave out the rounding between two of them.
 */
import type { Backend } from '../../src/engine/backends/backend.ts';
import { int, type Graph, type Node } from '../../src/engine/graph/graph.ts';
import { codeOf } from '../../src/engine/onnx/dataTypes.ts';
import { readModel } from '../../src/engine/onnx/read.ts';
import { writeModel } from '../../src/engine/onnx/write.ts';
import { castFloat, type Tensor } from '../../src/engine/tensor.ts';
import { nativeBackend } from './backends.ts';

export const halfFloatBackend: Backend = {
  ...nativeBackend,
  name: 'onnxruntime-node CPU, rounding to half floats',
  halfFloats: true,
  compile: async (model) => nativeBackend.compile(writeModel(rounded(readModel(model, 'the model')))),
};

/** Computes in float32 and rounds each half float where it is made; convolutions sum in float32. */
function rounded(graph: Graph): Graph {
  const halves = new Set<string>();
  const initializers = new Map<string, Tensor>();
  for (const [name, constant] of graph.initializers) {
    if (constant.dtype === 'float16') halves.add(name);
    initializers.set(name, constant.dtype === 'float16' ? castFloat(constant, 'float32') : constant);
  }
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const makesHalves = node.op === 'Cast' ? castsTo(node, 'float16') : node.inputs.some((name) => halves.has(name));
    if (!makesHalves || node.op === 'Greater') return [node];
    const made = node.outputs.map((name) => `${name}/exact`);
    node.outputs.forEach((name) => halves.add(name));
    const round = node.outputs.flatMap((name, i) => [
      cast(made[i]!, `${name}/rounded`, 'float16'),
      cast(`${name}/rounded`, name, 'float32'),
    ]);
    return node.op === 'Cast'
      ? [cast(node.inputs[0]!, made[0]!, 'float32'), ...round]
      : [{ ...node, name: made[0]!, outputs: made }, ...round];
  });
  return { ...graph, initializers, nodes };
}

const castsTo = ({ attributes }: Node, type: 'float16'): boolean => {
  const to = attributes['to'];
  return to?.kind === 'int' && Number(to.value) === codeOf(type);
};

const cast = (from: string, name: string, type: 'float16' | 'float32'): Node => ({
  op: 'Cast',
  name,
  inputs: [from],
  outputs: [name],
  attributes: { to: int(codeOf(type)) },
});
