/** The process that `gpuProbe.ts` starts: times a convolution like those of a generator on the CPU and on the GPU. */
import type { OrtModule } from '../engine/backends/onnxruntime.ts';
import { GraphBuilder } from '../engine/graph/builder.ts';
import { ints } from '../engine/graph/graph.ts';
import { writeModel } from '../engine/onnx/write.ts';
import { filled, float32, sizeOf } from '../engine/tensor.ts';
import type { GpuProbe } from './gpuProbe.ts';
import { nativeRuntime } from './nativeRuntime.ts';

const CHANNELS = 64;

/** 4.8 billion multiplications and additions: 50 ms on two CPU cores. */
function workload(): Uint8Array {
  const b = new GraphBuilder('probe');
  const shape = [CHANNELS, CHANNELS, 3, 3];
  const noise = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i));
  const x = b.input('x', 'float32', [4, CHANNELS, 128, 128]);
  const y = b.node('Conv', [x, b.constant(float32(shape, noise))], { pads: ints([1, 1, 1, 1]) });
  return writeModel(b.build({ y }));
}

async function time(ort: OrtModule, provider: string): Promise<number> {
  const session = await ort.InferenceSession.create(workload(), {
    executionProviders: [provider],
    logSeverityLevel: 4,
  });
  const { dims, data } = filled([4, CHANNELS, 128, 128], 0.5);
  const feeds = { x: new ort.Tensor('float32', data, dims) };
  // The first run compiles shaders.
  await session.run(feeds);
  const began = performance.now();
  await session.run(feeds);
  return performance.now() - began;
}

// Whoever asked is gone: nobody waits for the answer.
process.stdin.on('end', () => process.exit()).resume();

const ort = await nativeRuntime();
const webgpu = ort && (await time(ort, 'webgpu').catch(() => undefined));
const probe: GpuProbe | undefined = webgpu === undefined ? undefined : { webgpu, cpu: await time(ort!, 'cpu') };
process.stdout.write(`\n${JSON.stringify(probe ?? null)}\n`, () => process.exit());
