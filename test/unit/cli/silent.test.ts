/** ONNX Runtime's native library, loaded in a thread as the command line does, reports to nobody and leaves nothing behind. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

test('the runtime writes no id of the computer and no queue of reports', async () => {
  const bundle = await bundleCommandLine('silent-cli');
  const folder = await mkdtemp(join(tmpdir(), 'ganprior-silent-'));
  const [home, temporary] = [join(folder, 'home'), join(folder, 'temporary')];
  await Promise.all([mkdir(home), mkdir(temporary)]);
  const data = new Uint8ClampedArray(4 * 16 * 16).fill(255);
  await writeFile(join(folder, 'a.png'), encodePng({ width: 16, height: 16, data }));
  const given = ['reconstruct', 'a.png', '--model', TINY_MODEL, '--iterations', '1', '--device', 'cpu'];
  // It reports nothing where it takes the machine for one of continuous integration, which this test may run on.
  const environment = { HOME: home, XDG_CACHE_HOME: '', TMPDIR: temporary, CI: '', GITHUB_ACTIONS: '' };
  const { code, stderr } = await runCommandLine(bundle, given, folder, environment);
  assert.equal(code, 0, stderr);
  assert.deepEqual(await readdir(home, { recursive: true }), []);
  assert.deepEqual(await readdir(temporary), []);
  await rm(folder, { recursive: true });
});
