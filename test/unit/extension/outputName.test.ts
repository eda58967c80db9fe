import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFAULT_OUTPUT,
  fileVariables,
  freeNeighbour,
  isAbsolute,
  outputPath,
  OutputTemplateError,
  type OutputVariables,
} from '../../../src/extension/save/outputName.ts';

const variables: OutputVariables = {
  ...fileVariables('/pictures/red.apple.jpg'),
  workspaceFolder: '/work',
  userHome: '/home/me',
  task: 'super-resolve',
  model: 'fruit128',
  layer: 4,
  codes: 20,
  steps: 60,
  seed: 7,
};
const taken =
  (...paths: string[]) =>
  (path: string): Promise<boolean> =>
    Promise.resolve(paths.includes(path));
const resolve = (template: string, ...existing: string[]) => outputPath(template, variables, taken(...existing));

test('the default puts the result beside the picture', async () => {
  assert.equal(await resolve(DEFAULT_OUTPUT), '/pictures/red.apple.super-resolve.png');
});

test('every variable is filled in, also twice', async () => {
  const template =
    '${userHome}/${workspaceFolder}/${fileBasename}${fileExtname}/${model}-${layer}-${codes}-${steps}-${seed}-${seed}.png';
  assert.equal(await resolve(template), '/home/me/work/red.apple.jpg.jpg/fruit128-4-20-60-7-7.png');
});

test('the index is the first number whose file does not exist', async () => {
  assert.equal(await resolve('/out/${index}.png'), '/out/1.png');
  assert.equal(await resolve('/out/${index}.png', '/out/1.png', '/out/2.png', '/out/4.png'), '/out/3.png');
});

test('a template without an index may name an existing file; the caller asks', async () => {
  assert.equal(await resolve('/out/a.png', '/out/a.png'), '/out/a.png');
});

test('backslashes separate folders too', async () => {
  assert.equal(await resolve('out\\${task}.PNG'), 'out/super-resolve.PNG');
});

test('an unknown variable is named, with those there are', async () => {
  await assert.rejects(resolve('${fileName}.png'), (error: Error) => {
    assert.ok(error instanceof OutputTemplateError);
    assert.match(error.message, /\$\{fileName\}/);
    assert.match(error.message, /\$\{fileBasename\}.*\$\{index\}/);
    return true;
  });
  // Not a variable, though every object has it.
  await assert.rejects(resolve('${toString}.png'), OutputTemplateError);
});

test('the result is a PNG file with a name', async () => {
  for (const template of ['a.gif', 'a', '', '/out/.png', '.png']) {
    await assert.rejects(resolve(template), /\.png/, template);
  }
});

test('a free neighbour keeps folder and extension', async () => {
  assert.equal(await freeNeighbour('/a.b/c.png', taken('/a.b/c.png')), '/a.b/c-2.png');
  assert.equal(await freeNeighbour('/a.b/c.png', taken('/a.b/c-2.png', '/a.b/c-3.png')), '/a.b/c-4.png');
});

test('names without a folder or an extension have empty variables', () => {
  assert.deepEqual(fileVariables('/apple'), {
    fileDirname: '',
    fileBasename: 'apple',
    fileBasenameNoExtension: 'apple',
    fileExtname: '',
  });
  assert.equal(fileVariables('/a/.png').fileBasenameNoExtension, '.png');
});

test('absolute paths of all systems are recognised', () => {
  for (const path of ['/a', 'C:/a', '//server/a']) assert.ok(isAbsolute(path), path);
  for (const path of ['a', './a', '../a', 'C:a']) assert.ok(!isAbsolute(path), path);
});
