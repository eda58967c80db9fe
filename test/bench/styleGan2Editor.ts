/**
 * A checkpoint of real size in the real editor: imports it, restores a picture with it, and says what that took.
 *
 *     npm run build && node --import tsx test/bench/styleGan2Editor.ts CHECKPOINT [ITERATIONS]
 *
 * `writeStyleGan2.ts` writes such a checkpoint. Linux only: peaks are read from /proc.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { encode } from 'fast-png';
import { EditorPage } from '../harness/editorPage.ts';
import { Workbench } from '../harness/workbench.ts';

const [checkpoint, iterations = '3'] = process.argv.slice(2);
if (checkpoint === undefined) throw new Error('Name the checkpoint to import.');
const PICTURE = 'low.png';
const SIDE = 128;
const ID = basename(checkpoint).replace(/\.\w+$/, '');

/** Processes that this one started, and what they started, with the most memory that each has had, in MB. */
function peaks(): Record<string, number> {
  const running = readdirSync('/proc').flatMap((id) => {
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ id: Number(id), parent: number('PPid'), peak: number('VmHWM') / 1000, command }];
    } catch {
      return [];
    }
  });
  const mine = new Set([process.pid]);
  for (let before = 0; before !== mine.size;) {
    before = mine.size;
    for (const { id, parent } of running) if (mine.has(parent)) mine.add(id);
  }
  const kind = (command: string) => /--type=[\w-]+/.exec(command)?.[0] ?? basename(command.split(' ')[0] ?? '');
  return Object.fromEntries(
    running
      .filter(({ id, peak }) => mine.has(id) && id !== process.pid && peak > 100)
      .map(({ id, peak, command }) => [`${kind(command)} ${id}`, Math.round(peak)]),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'real-size-'));
const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)];
  return 127 + 100 * Math.sin(x / 9 + (i % 3)) * Math.cos(y / 13);
});
writeFileSync(join(folder, PICTURE), encode({ width: SIDE, height: SIDE, data, channels: 3 }));
const workbench = await Workbench.open({ workspace: folder, gpu: 'none' });
const { host } = workbench;
const timed = async <T>(what: string, action: () => Promise<T>): Promise<T> => {
  const began = performance.now();
  const result = await action();
  console.log(what, { seconds: Number(((performance.now() - began) / 1000).toFixed(1)), peaks: peaks() });
  return result;
};
try {
  const models = join(folder, 'models');
  const ask = (file: string) =>
    host.run(
      async (vscode, to, from) => {
        const { Global } = vscode.ConfigurationTarget;
        await vscode.workspace.getConfiguration('ganPrior').update('modelFolder', to, Global);
        const api = await vscode.extensions.getExtension('gan-prior.gan-prior')!.activate();
        api.dialogs.answers = [from];
        await vscode.commands.executeCommand('ganPrior.importModel');
        return api.dialogs.seen as string[];
      },
      models,
      file,
    );
  console.log(await timed('imported', () => ask(resolve(checkpoint))));
  await host.run(
    async (vscode, path) => vscode.commands.executeCommand('ganPrior.openEditor', vscode.Uri.file(path)),
    join(folder, PICTURE),
  );
  const editor = await EditorPage.of(workbench, PICTURE);
  await editor.choose('#task', 'Super-resolve');
  await editor.choose('#model', ID);
  await editor.choose('#latent', 'both, then a feature map (Robust Unsupervised)');
  await editor.frame.locator('#iterations input').fill(iterations);
  console.log(
    await timed('restored', async () => {
      await editor.start();
      return editor.waitForHeadline(/^Done/);
    }),
    await editor.notes(),
  );
} finally {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
}
