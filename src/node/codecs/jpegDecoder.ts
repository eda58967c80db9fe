/** JPEG pixels through libjpeg-turbo as WebAssembly with 128-bit vectors; scripts/jpegDecoder has its sources. */
import { TRUNCATED } from './raster.ts';
import { wasmModule } from './wasm.ts';

/** The functions of decoder.c; pointers are numbers. */
interface Decoder {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  allocate(bytes: number): number;
  open(file: number, bytes: number, width: number, height: number, rowsAtOnce: number): number;
  read(): number;
}

/** So few that they stay in the processor's cache on their way to the picture. */
const ROWS_AT_ONCE = 16;
/** The end may be missing: with one put in, the library does not complain of that, only of missing pixels. */
const END_OF_IMAGE = [0xff, 0xd9];

/** What the library complains of though every pixel is there. */
const HARMLESS = /extraneous bytes|adobe color transform|jfif revision/i;

/**
 * @param bytes a file with 8 bits a sample and 1, 3 or 4 components, coded with Huffman codes
 * @param size as its header says, in pixels
 * @returns RGBA; of CMYK (1 - ink) (1 - black), because no profile of a printing press is at hand
 * @throws Error in the library's words where it gives up, and where it says that pixels are damaged or missing
 */
export async function decodeJpeg(
  bytes: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Uint8ClampedArray> {
  // An instance for each picture: one that gave up is of no use any more, and memory never shrinks.
  const decoder = await instantiate();
  const length = bytes.length + END_OF_IMAGE.length;
  const file = decoder.allocate(length);
  if (!file) throw new Error('there is not enough memory');
  new Uint8Array(decoder.memory.buffer, file, length).set(bytes);
  new Uint8Array(decoder.memory.buffer, file + bytes.length, END_OF_IMAGE.length).set(END_OF_IMAGE);

  const rows = decoder.open(file, length, width, height, ROWS_AT_ONCE);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < data.length;) {
    // The memory's buffer is another one once it has grown.
    const some = new Uint8Array(decoder.memory.buffer, rows, decoder.read() * width * 4);
    data.set(some, at);
    at += some.length;
  }
  return data;
}

async function instantiate(): Promise<Decoder> {
  const binary = await wasmModule('./codecs/jpegDecoder.wasm');
  const giveUp = (): never => {
    throw new Error('the decoder gave up');
  };
  const fail = (text: number): never => {
    throw new Error(inWords(textAt(decoder.memory, text)));
  };
  const { exports } = new WebAssembly.Instance(binary, {
    host: {
      fail,
      warn: (text: number) => HARMLESS.test(textAt(decoder.memory, text)) || fail(text),
    },
    // What the C library would do with files and processes.
    wasi_snapshot_preview1: { fd_close: giveUp, fd_seek: giveUp, fd_write: giveUp, proc_exit: giveUp },
  });
  const decoder = exports as unknown as Decoder;
  decoder._initialize();
  return decoder;
}

function textAt({ buffer }: WebAssembly.Memory, at: number): string {
  const rest = Buffer.from(buffer, at);
  return rest.toString('latin1', 0, rest.indexOf(0));
}

const inWords = (complaint: string): string =>
  /premature end/i.test(complaint) ? TRUNCATED : complaint.charAt(0).toLowerCase() + complaint.slice(1);
