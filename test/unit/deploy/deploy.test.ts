/** The files for engines that share work out over machines: each makes its part, by the engine's own variables, and all parts are all pictures. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readRows } from '../../../src/node/batch/report.ts';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { bundleCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';

const DEPLOY = join(import.meta.dirname, '../../../deploy');
const QUICK = ['--model', TINY_MODEL, '--device', 'cpu', '--codes', '1', '--iterations', '1', '--starts', '0'];
const NAMES = ['a.png', 'b.png', 'c.png', 'd.png'];

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  mkdirSync(join(folder, 'scans'));
  for (const name of NAMES) writeFileSync(join(folder, 'scans', name), encodePng(quarters(16, 16)));
  mkdirSync(join(folder, 'bin'));
  program('ganprior', 'printf "%s\\n" "$@"');
});
after(() => rmSync(folder, { recursive: true }));

/** Puts a shell script on the PATH of what is run. */
function program(name: string, text: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

const PATH = `${process.env['PATH']}`;
const run = (command: string, args: readonly string[], variables: Record<string, string>): string =>
  execFileSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${join(folder, 'bin')}:${PATH}`, ...variables },
  });

const hasParallel = spawnSync('parallel', ['--version']).status === 0;
/** Where GNU parallel is not installed: its jobs one after another, with the options that the file uses. */
const STAND_IN = `shift 4; command=; while [ "$1" != ::: ]; do command="$command '$1'"; shift; done; shift
for part in "$@"; do eval "$(printf %s "$command" | sed "s/{}/$part/g")" || failed=1; done; exit \${failed:-0}`;

describe('deploy', { skip: process.platform === 'win32' && 'these are files for Linux' }, () => {
  test(`${hasParallel ? 'GNU parallel' : 'what stands in for GNU parallel'} makes all pictures in parts, once each`, async () => {
    if (!hasParallel) program('parallel', STAND_IN);
    const line = await bundleCommandLine('deploy');
    program('made', `exec '${process.execPath}' '${line}' "$@"`);
    const args = ['2', 'denoise', 'scans', '--out', 'the results', ...QUICK];
    const go = () => run(join(DEPLOY, 'parallel.sh'), args, { GANPRIOR: 'made' });
    go();
    assert.deepEqual(
      readdirSync(join(folder, 'the results')).sort(),
      NAMES.map((name) => name.replace('.', '.denoise.')),
    );
    const rows = [1, 2].map((part) => readRows(join(folder, `rows-${part}.jsonl`)).length);
    assert.deepEqual(rows, [2, 2]);
    assert.match(go(), /exists already, skipped/);
  });

  test('a task of a Slurm array makes the part of its number, whatever number the array begins with', () => {
    const variables = {
      SLURM_ARRAY_TASK_ID: '5',
      SLURM_ARRAY_TASK_MIN: '3',
      SLURM_ARRAY_TASK_COUNT: '4',
      SLURM_CPUS_PER_TASK: '2',
    };
    const said = run(join(DEPLOY, 'slurm.sh'), ['denoise', 'my scans'], variables).trim().split('\n');
    assert.deepEqual(said, ['denoise', 'my scans', '--shard', '2/4', '--threads', '2', '--report', 'rows-5.jsonl']);
  });

  test('a pod of a Kubernetes Job makes the part of its index', () => {
    const text = readFileSync(join(DEPLOY, 'kubernetes.yaml'), 'utf8');
    const [, completions] = /completions: (\d+)/.exec(text)!;
    const [, shards] = /SHARDS\n\s+value: '(\d+)'/.exec(text)!;
    assert.equal(shards, completions);
    const [, command] = /- (exec ganprior .*)/.exec(text)!;
    const said = run('sh', ['-c', command!], { JOB_COMPLETION_INDEX: '3', SHARDS: shards! }).split('\n');
    assert.equal(said[said.indexOf('--shard') + 1], '3/8');
    assert.ok(said.includes('/data/rows-3.jsonl'));
  });
});
