/** What the page and its engine worker say to each other. The worker makes one run and is thrown away. */
import * as v from 'valibot';
import { priorManifestSchema } from '../engine/prior.ts';
import type { Contract } from '../shared/rpc.ts';
import { amendmentSchema, checkpointSchema, jobSchema, runEventSchema, sceneSchema } from '../shared/schemas.ts';

export const engineContract = {
  requests: {
    /** Makes a run; answers when it is over. Its outcome has been sent as the last `event` then. */
    run: {
      params: v.object({
        /** The WebAssembly binary of ONNX Runtime: the worker cannot fetch. */
        wasm: v.instance(ArrayBuffer),
        manifest: priorManifestSchema,
        slices: v.array(v.instance(Uint8Array)),
        job: jobSchema,
        /** What previews are composed with. */
        scene: sceneSchema,
        /** The perceptual network's file, where the job has one. */
        network: v.exactOptional(v.instance(Uint8Array)),
        checkpoint: v.exactOptional(checkpointSchema),
      }),
      result: v.variant('kind', [
        v.object({ kind: v.literal('finished') }),
        /**
         * device: the GPU or its driver gave up, so another backend may well succeed.
         * job: this run cannot be made anywhere.
         */
        v.object({ kind: v.literal('broken'), fault: v.picklist(['device', 'job']), message: v.string() }),
      ]),
    },
  },
  notifications: {
    amend: v.object({ amendment: amendmentSchema, scene: v.exactOptional(sceneSchema) }),
    control: v.picklist(['pause', 'resume', 'stop']),
  },
} as const satisfies Contract;

export const listenerContract = {
  requests: {},
  notifications: { event: runEventSchema },
} as const satisfies Contract;
