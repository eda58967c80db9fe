/** What people read goes through `t` or `vscode.l10n.t`, so that it can be translated. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import manifest from '../../../package.json' with { type: 'json' };
import texts from '../../../package.nls.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../../..');
/** A sentence in quotes where a message, a title or a label is expected. */
const BARE =
  /(?:show(?:Information|Warning|Error)Message\(|\b(?:title|placeHolder|tooltip|saveLabel|openLabel|'aria-label'):|setText\([^,()]+,)\s*['"`][A-Za-z]/g;

test('no message, title or label is a bare sentence', () => {
  assert.ok("vscode.window.showErrorMessage(\n  'No'".match(BARE));
  assert.ok("{ title: 'Save' }".match(BARE));
  const files = ['src/extension', 'src/webview'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  assert.ok(files.length > 50);
  const bare = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(BARE)].map(([at]) => `${file}: ${at}`),
  );
  assert.deepEqual(bare, []);
});

/**
 * One word for one thing, in everything that people read in VS Code: see docs/architecture.md. What is meant for the method's
 * own readers (README, docs, the command line) may say "prior" and "generator".
 */
const SYNONYMS: readonly (readonly [RegExp, string])[] = [
  [/\bpriors?\b/i, 'model'],
  [/\bgenerators?\b/i, 'model'],
  [/\bimages?\b/i, 'picture'],
  [/\bcatalogs?\b/i, 'catalogue'],
  [/\biterations?\b/i, 'step'],
  [/\badapter\b/i, 'GPU'],
  [/\bextension host\b/i, "this computer's processor"],
  [/\bonnxruntime\b/i, 'processor or GPU'],
  [/\bagain and again\b/i, 'a number'],
];
/** The product's name, code, and links say what they must. */
const plain = (text: string): string =>
  text
    .replaceAll('GAN Prior', '')
    .replace(/`[^`]*`/g, '')
    .replace(/\]\([^)]*\)/g, ']');

function wrongWords(text: string): string[] {
  return SYNONYMS.flatMap(([wrong, right]) => (wrong.test(plain(text)) ? [`say "${right}": ${text}`] : []));
}

/** The first argument of every call of `t`. */
const SAID = /\b(?:l10n\.)?t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`)/g;

test('sentences say one word for one thing', () => {
  assert.deepEqual(wrongWords('No WebGPU adapter for this prior'), [
    'say "model": No WebGPU adapter for this prior',
    'say "GPU": No WebGPU adapter for this prior',
  ]);
  assert.deepEqual(Object.values(texts).flatMap(wrongWords), []);
  const sentences = ['src/extension', 'src/webview'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [...readFileSync(join(ROOT, folder, name), 'utf8').matchAll(SAID)])
      .map(([, single, double, template]) => single ?? double ?? template ?? ''),
  );
  assert.ok(sentences.length > 250, `${sentences.length} sentences`);
  assert.deepEqual(sentences.flatMap(wrongWords), []);
});

test('the product has one spelling', () => {
  const sources = ['src', 'test/harness'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => /t\([^)]*GAN prior/.test(readFileSync(join(ROOT, folder, name), 'utf8'))),
  );
  assert.deepEqual(sources, []);
  for (const text of Object.values(texts)) assert.doesNotMatch(text, /GAN prior|Gan Prior/);
});

test('commands stand under the name of the product, which their titles do not repeat', () => {
  for (const { command, category, title } of manifest.contributes.commands) {
    assert.equal(category, 'GAN Prior', command);
    const text = texts[title.slice(1, -1) as keyof typeof texts];
    assert.doesNotMatch(text, /GAN Prior/i, command);
    assert.match(text, /^[A-Z]/, command);
    assert.doesNotMatch(text, /…|[^.]\.\.?$/, `${command}: three dots, as VS Code's own commands have them`);
  }
});
