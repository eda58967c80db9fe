/** Files of test/fixtures/importers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../fixtures/importers');

export const importerFixture = (name: string): Promise<Buffer> => readFile(join(FOLDER, name));
