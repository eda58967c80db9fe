/** package.json says what exists: strings, files and commands. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import manifest from '../../../package.json' with { type: 'json' };
import strings from '../../../package.nls.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../../..');
const { commands, walkthroughs, views, configuration } = manifest.contributes;
const known = new Set([
  ...commands.map(({ command }) => command),
  ...Object.values(views).flatMap((list) => list.map(({ id }) => `${id}.focus`)),
]);
const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);

/** Every text of a JSON value. */
const textsOf = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : value && typeof value === 'object' ? Object.values(value).flatMap(textsOf) : [];

test('package.json uses the keys of package.nls.json, all of them and no others', () => {
  const used = textsOf(manifest).flatMap((text) => /^%(.+)%$/.exec(text)?.[1] ?? []);
  assert.deepEqual([...new Set(used)].sort(), Object.keys(strings).sort());
});

test('what people read in package.json is in package.nls.json', () => {
  const titles = [...commands.map(({ title }) => title), ...steps.flatMap((step) => [step.title, step.description])];
  for (const title of [...titles, ...steps.map((step) => step.media.altText)]) assert.match(title, /^%.+%$/);
});

test('every picture of the walkthrough exists, is small and has the colours of the theme', () => {
  for (const { id, media } of steps) {
    const svg = readFileSync(join(ROOT, media.svg), 'utf8');
    assert.ok(svg.length < 4096, `${id}: ${svg.length} bytes`);
    assert.match(svg, /^<svg [^>]*viewBox/);
    assert.match(svg, /var\(--vscode-/);
  }
});

test('every link and completion event of the walkthrough leads to something that exists', () => {
  const viewIds = Object.values(views).flatMap((list) => list.map(({ id }) => id));
  for (const step of steps) {
    for (const event of 'completionEvents' in step ? (step.completionEvents as string[]) : []) {
      const [kind, name = ''] = event.split(':');
      if (kind === 'onView') assert.ok(viewIds.includes(name), event);
      else assert.ok(kind === 'onCommand' && known.has(name), event);
    }
    const text = strings[step.description.slice(1, -1) as keyof typeof strings];
    for (const [, command = '', query] of text.matchAll(/\(command:([^)?]+)(?:\?([^)]*))?\)/g)) {
      if (command !== 'workbench.action.openSettings') {
        assert.ok(known.has(command), command);
        continue;
      }
      const [setting] = JSON.parse(decodeURIComponent(query!)) as [string];
      assert.ok(setting in configuration.properties, setting);
    }
  }
});

test('the command that opens the walkthrough names it', () => {
  const source = readFileSync(join(ROOT, 'src/extension/commands.ts'), 'utf8');
  const [, id] = /\$\{extensionId\}#([\w.]+)/.exec(source)!;
  assert.ok(walkthroughs.some((walkthrough) => walkthrough.id === id));
});

test('files that package.json names exist', () => {
  for (const file of [manifest.icon, ...Object.values(views).flatMap((list) => list.map(({ icon }) => icon))]) {
    assert.ok(existsSync(join(ROOT, file)), file);
  }
});
