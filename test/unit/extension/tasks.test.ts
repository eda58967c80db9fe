/** Tasks of VS Code: what their definitions come to, the lines that mark what failed, and the command line of the terminal. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import manifest from '../../../package.json' with { type: 'json' };
import { problemOf } from '../../../src/cli/errors.ts';
import { TASKS } from '../../../src/engine/generator/manifest.ts';
import { offerInTerminals } from '../../../src/extension/commandLine.ts';
import { argumentsOf, definitionSchema, parseDefinition } from '../../../src/extension/tasks/definition.ts';
import { FileError } from '../../../src/node/errors.ts';

const [declared] = manifest.contributes.taskDefinitions;
const NOTHING = { model: 'auto', device: 'auto', layer: undefined, codes: undefined, iterations: undefined };

test('package.json declares the properties that a task may have', () => {
  const known = Object.keys(definitionSchema.entries).filter((key) => key !== 'type');
  assert.deepEqual(Object.keys(declared!.properties).sort(), known.sort());
  assert.deepEqual(declared!.properties.task.enum.sort(), [...TASKS].sort());
});

test('a definition comes to arguments, with the settings where it says nothing', () => {
  const least = parseDefinition({ type: 'ganPrior', task: 'denoise' });
  assert.equal(argumentsOf(least, NOTHING).join(' '), 'denoise --model auto --device auto -- .');
  const most = parseDefinition({
    ...{ type: 'ganPrior', task: 'super-resolve', files: ['scans', '-odd.png'], recursive: true, exclude: '*.bmp' },
    ...{
      output: 'large',
      model: 'fruit128',
      factor: 8,
      codes: 5,
      jobs: 2,
      report: 'rows.jsonl',
      args: ['--quality', '80'],
    },
  });
  assert.equal(
    argumentsOf(most, { ...NOTHING, codes: 9, layer: 4 }).join(' '),
    'super-resolve --model fruit128 --device auto --layer 4 --codes 5 --out large --factor 8 --jobs 2 --report rows.jsonl ' +
      '--exclude *.bmp --recursive --quality 80 -- scans -odd.png',
  );
  assert.throws(() => parseDefinition({ type: 'ganPrior', task: 'sharpen' }), /^Error: "task": /);
  assert.throws(() => parseDefinition({ type: 'ganPrior', task: 'denoise', jobs: 0 }), /^Error: "jobs": /);
});

test('every line about a picture that failed is found by the problem matcher', () => {
  const { pattern } = manifest.contributes.problemMatchers[0]!;
  const found = (error: Error, file: string): unknown[] => {
    const [, ...parts] = new RegExp(pattern.regexp).exec(`error: ${problemOf(error, file)}`) ?? [];
    return parts;
  };
  assert.deepEqual(found(new FileError('in/a b.PNG', 'is empty.'), 'in/a b.PNG'), ['in/a b.PNG', 'is empty.']);
  const [file, message] = found(new Error('out of luck'), '/x/photo.jpeg');
  assert.equal(file, '/x/photo.jpeg');
  assert.match(String(message), /^unexpected failure: out of luck/);
});

test('the command line is on the PATH of terminals, whatever its folders are called', async () => {
  const folder = await mkdtemp(join(tmpdir(), "it's here "));
  try {
    const script = join(folder, 'say.mjs');
    const line = { node: process.execPath, script, home: join(folder, 'home') };
    execFileSync(process.execPath, [
      ...['-e', 'require("fs").writeFileSync(process.argv[1], process.argv[2])', script],
      'console.log(JSON.stringify([process.env.GANPRIOR_HOME, process.env.ELECTRON_RUN_AS_NODE, ...process.argv.slice(2)]))',
    ]);
    const prepended: string[] = [];
    const variables = { prepend: (name: string, value: string) => prepended.push(name, value), description: undefined };
    await offerInTerminals(line, join(folder, 'bin'), variables);
    assert.deepEqual(prepended, ['PATH', join(folder, 'bin') + delimiter]);
    assert.match(await readFile(join(folder, 'bin/ganprior.cmd'), 'utf8'), /^@echo off\r\n[^]* %\*\r\n$/);
    if (process.platform === 'win32') return;
    assert.ok((await stat(join(folder, 'bin/ganprior'))).mode & 0o100);
    const env = { PATH: join(folder, 'bin') };
    const run = (extra = {}) =>
      execFileSync('ganprior', ['a b', '$c'], { env: { ...env, ...extra }, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(run()), [line.home, '1', 'a b', '$c']);
    assert.deepEqual(JSON.parse(run({ GANPRIOR_HOME: '/mine' }))[0], '/mine');
  } finally {
    await rm(folder, { recursive: true });
  }
});
