/** What `inversion.test.ts` runs in the browser of a finished run: its codes moved, one of them after the other, and its parts. */
import * as ort from 'onnxruntime-web/webgpu';
import { onnxRuntimeBackend } from '../../src/engine/backends/onnxruntime.ts';
import { Generator } from '../../src/engine/generator/generator.ts';
import type { Manifest } from '../../src/engine/generator/manifest.ts';
import { edited } from '../../src/engine/inspect/moves.ts';
import { inspectChannel, inspectCode, sharesOf, strongest } from '../../src/engine/inspect/parts.ts';
import { sefa } from '../../src/engine/inspect/sefa.ts';
import { DrawingSession } from '../../src/engine/inspect/session.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { drawingOf } from '../../src/engine/inversion/drawing.ts';
import { float32, sizeOf, type Tensor } from '../../src/engine/tensor.ts';
import type { Files } from '../harness/browser.ts';

export interface InspectInput {
  readonly provider: 'webgpu' | 'wasm';
  readonly manifest: Manifest;
  readonly job: Job;
}

/** Pictures by what they are; and whether each part of the one in haste was the last. */
export interface InspectOutput {
  readonly pictures: Readonly<Record<string, readonly number[]>>;
  readonly whole: readonly boolean[];
  readonly shares: readonly number[];
}

export async function main(files: Files, { provider, manifest, job }: InspectInput): Promise<InspectOutput> {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = files['ort.wasm']!;
  const backend = onnxRuntimeBackend(ort, { name: provider, provider, keepOnDevice: provider === 'webgpu' });
  const generator = Generator.load(
    manifest,
    manifest.slices.map(({ file }) => new Uint8Array(files[file]!)),
  );
  const parameters = drawingOf(generator, job).parameters.map(({ name, shape }): [string, Tensor<'float32'>] => [
    name,
    float32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => (name === 'alpha' ? 0.3 : Math.sin(3 * i))),
    ),
  ]);
  const values = Object.fromEntries(parameters);
  const direction = [...sefa(generator, 1).data];
  const session = await DrawingSession.open(backend, generator, job);
  try {
    const x = await session.draw(values);
    const moves = [{ direction, amount: 2 }];
    const changed = edited(generator, job, values, { moves, weights: [1, 0, 0.5] });
    const whole: boolean[] = [];
    let last = x;
    while (whole.at(-1) !== true) {
      const soon = await session.drawSoon(changed, { within: 0, order: [2, 0, 1] });
      last = soon.x;
      whole.push(soon.whole);
    }
    const run = { session, job, values };
    const shares = await sharesOf(backend, generator, run);
    const { own, alone, without } = await inspectCode(run, shares, x, 1);
    const channel = await inspectChannel(run, shares, x, strongest(shares, 1)[0]!);
    const pictures = { x, changed: last, own, alone, without, channel: channel.without };
    return {
      pictures: Object.fromEntries(Object.entries(pictures).map(([name, { data }]) => [name, [...data]])),
      whole,
      shares: shares.codes,
    };
  } finally {
    await session.dispose();
  }
}
