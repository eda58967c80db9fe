/** What people read goes through `t` or `vscode.l10n.t`, so that it can be translated. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

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
