/** Grey and colour JPEG through MozJPEG's libjpeg-turbo as WebAssembly. */
import moduleFactory from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { wasmModule } from './wasm.ts';

/** Of the package's Emscripten module, what is used here. */
interface Options {
  readonly noInitialRun: boolean;
  instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): WebAssembly.Exports;
  printErr(line: string): void;
}
interface Decoder {
  decode(bytes: Uint8Array, turnUpright: boolean): { readonly data: Uint8ClampedArray } | null;
}
const create = moduleFactory as (options: Options) => Promise<Decoder>;

/** What the library complains of though every pixel is there. */
const HARMLESS = /extraneous bytes|adobe color transform|jfif revision/i;

/**
 * @returns RGBA
 * @throws Error in the library's words where it gives up, and where it says that pixels are missing
 */
export async function decodeColour(bytes: Uint8Array): Promise<Uint8ClampedArray> {
  const binary = await wasmModule('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  const complaints: string[] = [];
  // An instance for each picture: one that gave up is of no use any more, and memory never shrinks.
  const decoder = await create({
    noInitialRun: true,
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(binary, imports);
      done(instance);
      return instance.exports;
    },
    printErr: (line) => complaints.push(line),
  });
  let image: ReturnType<Decoder['decode']>;
  try {
    image = decoder.decode(bytes, false);
  } catch (error) {
    throw new Error(inWords(complaints.at(-1)), { cause: error });
  }
  const complaint = complaints.find((line) => !HARMLESS.test(line));
  if (!image || complaint !== undefined) throw new Error(inWords(complaint));
  return image.data;
}

const inWords = (complaint: string | undefined): string =>
  complaint === undefined ? 'the decoder gave up' : complaint.charAt(0).toLowerCase() + complaint.slice(1);
