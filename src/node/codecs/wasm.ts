/** Codecs as WebAssembly: their binaries lie beside the bundle (or in their packages), and are compiled once. */
import { readFile } from 'node:fs/promises';
import { asset } from '../assets.ts';

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** @param specifier the binary in its package, or below src/node/; the copy in dist/ has the same name */
export function wasmModule(specifier: string): Promise<WebAssembly.Module> {
  const known = compiled.get(specifier);
  if (known) return known;
  const file = asset(specifier.slice(specifier.lastIndexOf('/') + 1), specifier);
  const compiling = readFile(file).then((binary) => WebAssembly.compile(Uint8Array.from(binary)));
  compiled.set(specifier, compiling);
  compiling.catch(() => compiled.delete(specifier));
  return compiling;
}
