/** An RRDBNet as a contender in Node: `rrdbProcess.ts CASE`. It is imported, and makes passes as a run of it does. See contender.ts for the protocol. */
import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-node';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import { OpenNetwork } from '../../src/engine/feedForward/network.ts';
import { filled } from '../../src/engine/tensor.ts';
import { importAny } from '../../src/importers/index.ts';
import type { RrdbCase } from './rrdbSteps.ts';
import { serve, withOwnCost } from './serve.ts';
import { TARGET } from './start.ts';

const { file, side, threads } = JSON.parse(process.argv[2]!) as RrdbCase;
const imported = await importAny(await readFile(file), { fileName: file });
if (imported.kind !== 'feed-forward') throw new Error(`${file} was read as another kind of network.`);
const { manifest, files } = imported;
const backend = onnxRuntimeBackend(ort as OrtModule, { name: 'native', provider: 'cpu', threads });
const began = performance.now();
const network = await OpenNetwork.open(backend, { manifest, network: files.get(manifest.file)! });
const x = filled([1, 3, side, side], TARGET);
await network.run(x);
const firstStepMs = performance.now() - began;

await serve(
  withOwnCost({
    ready: { firstStepMs },
    async take(count) {
      const milliseconds: number[] = [];
      for (let i = 0; i < count; i++) {
        const start = performance.now();
        await network.run(x);
        milliseconds.push(performance.now() - start);
      }
      return { milliseconds, loss: 0 };
    },
  }),
);
