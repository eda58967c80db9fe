/** What a page learns first. */
import * as v from 'valibot';
import { chosenRegionSchema } from './chosenRegion.ts';
import { comparisonWelcomeSchema } from './comparison/messages.ts';
import { choicesSchema, facesSchema, resultSchema, setupSchema, sourceSchema, truthSchema } from './documentState.ts';
import { runStateSchema } from './run/state.ts';
import { maskPatchSchema } from './schemas.ts';

const text = v.string();

/** What the host would run on ("onnxruntime-node CPU"), or why on nothing. */
export const hostBackendSchema = v.variant('kind', [
  v.object({ kind: v.literal('found'), name: text }),
  v.object({ kind: v.literal('none'), problem: text }),
]);
export type HostBackend = v.InferOutput<typeof hostBackendSchema>;

/** Everything a page needs to draw itself as the document is now. */
export const welcomeSchema = v.object({
  source: sourceSchema,
  setup: setupSchema,
  /** Webview URI of the script of the mask's worker; the page fetches it. */
  maskWorker: text,
  run: v.exactOptional(runStateSchema),
  result: v.exactOptional(resultSchema),
  /** What is painted, as a patch from an empty mask; absent: nothing. */
  mask: v.exactOptional(maskPatchSchema),
  /** The part of the picture that runs work on; absent: all of it. */
  region: v.exactOptional(chosenRegionSchema),
  /** Faces that were found in the picture; absent: nobody has looked for any. */
  faces: v.exactOptional(facesSchema),
  /** What is chosen in the form; absent: nobody has chosen anything for this picture yet. */
  choices: v.exactOptional(choicesSchema),
  /** The original that results are compared with; absent: none was given. */
  truth: v.exactOptional(truthSchema),
  /** The last comparison of methods; absent: there has been none. */
  compared: v.exactOptional(comparisonWelcomeSchema),
  /** How long methods took here. */
  paces: v.record(text, v.number()),
  /** A command asks for the choice of methods. */
  compare: v.exactOptional(v.literal(true)),
  /** Translations by English text; empty in English. */
  strings: v.record(text, text),
});
export type Welcome = v.InferOutput<typeof welcomeSchema>;
