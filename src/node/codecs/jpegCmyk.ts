/** CMYK and YCCK JPEG through libjpeg-turbo as WebAssembly, of which the other decoder gives no more than RGB. */
import { TRUNCATED } from './raster.ts';
import { wasmModule } from './wasm.ts';

/** TurboJPEG's name for four samples a pixel as they are stored. */
const TJPF_CMYK = 11;

/** The functions of turbojpeg.h that the binary has; pointers are numbers. */
interface TurboJpeg {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  tjInitDecompress(): number;
  tjDecompressHeader3(
    handle: number,
    file: number,
    bytes: number,
    width: number,
    height: number,
    sampling: number,
    space: number,
  ): number;
  tjDecompress2(
    handle: number,
    file: number,
    bytes: number,
    pixels: number,
    width: number,
    pitch: number,
    height: number,
    format: number,
    flags: number,
  ): number;
}

/**
 * As in the files of Adobe's programs, and so in all that viewers show, 255 is no ink.
 * @returns RGBA: (1 - ink) (1 - black), because no profile of a printing press is at hand
 * @throws Error where the data is damaged
 */
export async function decodeCmyk(
  bytes: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Uint8ClampedArray> {
  const turbo = await instantiate();
  const put = (content: Uint8Array): number => {
    const at = turbo.malloc(content.length);
    new Uint8Array(turbo.memory.buffer, at, content.length).set(content);
    return at;
  };
  const file = put(bytes);
  const facts = put(new Uint8Array(16));
  const pixels = turbo.malloc(width * height * 4);
  const handle = turbo.tjInitDecompress();
  if (!file || !facts || !pixels || !handle) throw new Error('there is not enough memory');
  turbo.tjDecompressHeader3(handle, file, bytes.length, facts, facts + 4, facts + 8, facts + 12);
  if (turbo.tjDecompress2(handle, file, bytes.length, pixels, width, width * 4, height, TJPF_CMYK, 0) !== 0) {
    throw new Error(TRUNCATED);
  }
  const data = new Uint8ClampedArray(turbo.memory.buffer, pixels, width * height * 4).slice();
  for (let i = 0; i < data.length; i += 4) {
    const light = data[i + 3]! / 255;
    for (let c = i; c < i + 3; c++) data[c]! *= light;
    data[i + 3] = 255;
  }
  return data;
}

async function instantiate(): Promise<TurboJpeg> {
  const giveUp = (): never => {
    throw new Error('its data is damaged');
  };
  // The library leaves by longjmp where it gives up: the exception takes its place, and the instance is not used again.
  const instance = await WebAssembly.instantiate(await wasmModule('@cwasm/jpeg-turbo/jpeg-turbo.wasm'), {
    env: { setjmp: () => 0, longjmp: giveUp },
    wasi_snapshot_preview1: {
      environ_sizes_get: () => 0,
      environ_get: () => 0,
      proc_exit: giveUp,
      fd_close: () => 0,
      fd_seek: () => 0,
      fd_write: () => 0,
    },
  });
  return instance.exports as unknown as TurboJpeg;
}
