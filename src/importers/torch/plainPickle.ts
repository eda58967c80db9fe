/** Pickles that torch.save did not write: said to be what they are, and never read. */
import { ModelFormatError } from '../../engine/errors.ts';
import type { ByteSource } from '../source.ts';

/** PyTorch's magic number as its older format pickles it, near the beginning of the file. */
const MAGIC = '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';
const MAGIC_WITHIN = 64;
/** Names in the pickles of NVIDIA's projects, which hold the source code of the network. */
const NVIDIA =
  /torch_utils\.persistence|torch_utils[^]{0,4}persistence|dnnlib\.tflib|G_ema|_reconstruct_persistent_obj/;
const SEARCHED = 2 ** 16;
const PROTO = 0x80;

/** @throws ModelFormatError when it is a pickle, or is called one, that PyTorch did not save */
export async function refusePlainPickle(source: ByteSource, what: string): Promise<void> {
  const bytes = await source.read(0, Math.min(source.size, SEARCHED));
  const start = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const pickled = bytes[0] === PROTO || (/\.(pkl|pickle)$/i.test(what) && !start.startsWith('PK'));
  if (!pickled || start.slice(0, MAGIC_WITHIN).includes(MAGIC)) return;
  throw new ModelFormatError(
    NVIDIA.test(start)
      ? `${what} is a pickle of NVIDIA's StyleGAN projects, with a network's program in it. StyleGAN2 is not supported yet, and nothing in a file is executed here.`
      : `${what} is a pickle, but not one that PyTorch saved. Load it in Python and save the network's state_dict() with torch.save.`,
  );
}
