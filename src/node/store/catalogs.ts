/** Catalogues of one's own: an https address, or a file. */
import { readFile } from 'node:fs/promises';
import { FileError, reason } from '../errors.ts';
import {
  builtInCatalog,
  CatalogError,
  parseCatalog,
  type Boundary,
  type Catalog,
  type CatalogEntry,
} from './catalog.ts';
import { isSafeUrl } from './address.ts';
import { request } from './http.ts';

const MAX_BYTES = 2 ** 20;
const TIMEOUT_MS = 20_000;

/** @throws CatalogError, DownloadError or FileError naming the catalogue */
export async function readCatalog(reference: string): Promise<Catalog> {
  const text = /^https?:/i.test(reference) ? await fetchText(reference) : await readText(reference);
  if (text.length > MAX_BYTES) throw new CatalogError(`${reference} is too large for a catalogue.`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CatalogError(`${reference} is not valid JSON.`, { cause: error });
  }
  return parseCatalog(json, reference);
}

/**
 * The built-in entries and those of further catalogues; where two have the same id the first one counts, so that no
 * catalogue can pass something else off as a known model.
 * @param complain told about each catalogue that cannot be used; the others are
 */
export async function allEntries(
  references: readonly string[],
  complain: (problem: string) => void,
): Promise<CatalogEntry[]> {
  return firstOfEach((await allCatalogs(references, complain)).flatMap(({ models }) => models));
}

/** The same of boundaries. */
export async function allBoundaries(
  references: readonly string[],
  complain: (problem: string) => void,
): Promise<Boundary[]> {
  return firstOfEach((await allCatalogs(references, complain)).flatMap(({ boundaries }) => boundaries));
}

async function allCatalogs(references: readonly string[], complain: (problem: string) => void): Promise<Catalog[]> {
  const further = await Promise.all(
    references.map((reference) =>
      readCatalog(reference).catch((error: unknown) => {
        complain(error instanceof Error ? error.message : String(error));
        return undefined;
      }),
    ),
  );
  return [builtInCatalog(), ...further.filter((catalog) => catalog !== undefined)];
}

function firstOfEach<T extends { readonly id: string }>(all: readonly T[]): T[] {
  const found = new Map<string, T>();
  for (const one of all) if (!found.has(one.id)) found.set(one.id, one);
  return [...found.values()];
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new FileError(file, `cannot be read: ${reason(error)}.`, { cause: error });
  });
}

async function fetchText(url: string): Promise<string> {
  if (!isSafeUrl(url)) throw new CatalogError(`${url} is not used: only https addresses are.`);
  try {
    const response = await request(url, {}, AbortSignal.timeout(TIMEOUT_MS));
    if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) {
      await response.body?.cancel();
      throw new CatalogError(`${url} is too large for a catalogue.`);
    }
    return await response.text();
  } catch (error) {
    if (error instanceof CatalogError) throw error;
    throw new CatalogError(`${url} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
