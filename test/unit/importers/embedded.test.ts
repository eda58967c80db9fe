/** The package that travels with the extension is whole, small, and what its manifest says. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import { Generator } from '../../../src/engine/generator/generator.ts';
import { lastCut, manifestSchema, packageFiles } from '../../../src/engine/generator/manifest.ts';

const FOLDER = join(import.meta.dirname, '../../../models/fruit128');

test('the embedded default', async () => {
  const manifest = v.parse(manifestSchema, JSON.parse(await readFile(join(FOLDER, 'manifest.json'), 'utf8')));
  const files = await Promise.all(packageFiles(manifest).map(({ file }) => readFile(join(FOLDER, file))));
  packageFiles(manifest).forEach(({ file, bytes, sha256 }, i) => {
    assert.equal(files[i]!.length, bytes, file);
    assert.equal(createHash('sha256').update(files[i]!).digest('hex'), sha256, file);
  });
  assert.ok(files.reduce((sum, { length }) => sum + length, 0) < 4_000_000);
  const listed = [...packageFiles(manifest).map(({ file }) => file), 'manifest.json', 'samples.jpg', 'PROVENANCE.md'];
  assert.deepEqual((await readdir(FOLDER)).sort(), listed.sort());
  assert.ok(Generator.load(manifest, files).bank);
  for (const preset of Object.values(manifest.presets)) assert.ok((preset.layer ?? 1) <= lastCut(manifest));
});
