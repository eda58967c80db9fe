/** The README and the pages of the package lead nowhere that the package does not hold. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { packagedReadme, SHIPPED_DOCS } from '../../../scripts/readme.mjs';
import { DOCUMENTS } from '../../../src/extension/documents.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g;
const linksOf = (text: string): string[] => [...text.matchAll(LINK)].map(([, target]) => target!);
const isShipped = (path: string): boolean =>
  /^models\/(fruit128|drawn)\//.test(path) || SHIPPED_DOCS.some((part) => path === part || path.startsWith(`${part}/`));

test('pictures are in the text of the README, and links stay inside of it', () => {
  const readme = packagedReadme(readFileSync(join(ROOT, 'README.md'), 'utf8'), ROOT);
  const links = linksOf(readme);
  assert.ok(links.some((target) => target.startsWith('data:image/png;base64,')));
  for (const target of links) assert.match(target, /^(https:|data:image\/png;base64,|#)/, target.slice(0, 80));
  const anchors = [...readme.matchAll(/^#+ (.*)$/gm)].map(
    ([, title]) => `#${title!.toLowerCase().replaceAll(' ', '-')}`,
  );
  for (const target of links.filter((link) => link.startsWith('#'))) assert.ok(anchors.includes(target), target);
  assert.doesNotMatch(readme, /\bnpm\b|dist\/cli\.js/, 'nobody who installs it has a clone');
});

test('the pages that people can read are in the package, with everything they lead to', () => {
  for (const { file } of DOCUMENTS) {
    assert.ok(isShipped(file), file);
    for (const target of linksOf(readFileSync(join(ROOT, file), 'utf8'))) {
      if (/^(https?:|#)/.test(target)) continue;
      const path = join(dirname(file), target.replace(/#.*$/, ''));
      assert.ok(existsSync(join(ROOT, path)), `${file} leads to ${path}, which is not there`);
      assert.ok(isShipped(path), `${file} leads to ${path}, which is not in the package`);
    }
  }
});
