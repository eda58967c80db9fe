/** `ganprior models`: what `--model` can name, and how to get more of it. */
import { Option, type Command } from 'commander';
import { embeddedModels } from '../../node/models.ts';
import { allEntries } from '../../node/store/catalogs.ts';
import type { CatalogEntry } from '../../node/store/catalog.ts';
import { convert } from '../../node/store/convert.ts';
import { diskUse } from '../../node/store/diskUse.ts';
import { StoreError } from '../../node/store/errors.ts';
import { defaultHome } from '../../node/store/home.ts';
import { inventory } from '../../node/store/inventory.ts';
import { sizeOf, type StoredPackage } from '../../node/store/package.ts';
import { formatBytes } from '../../node/store/sizes.ts';
import { ModelStore, type Importing } from '../../node/store/store.ts';
import { range } from '../parse.ts';
import { EXIT, report } from '../errors.ts';
import { Interruption } from '../interruption.ts';
import { modelTable } from '../modelTable.ts';
import { StoreProgress } from '../storeProgress.ts';

interface CatalogOptions {
  readonly catalog: readonly string[];
}

interface StoringOptions {
  readonly half?: boolean;
  readonly sample?: boolean;
}

const HELP = `
Models are kept in ${defaultHome()} (GANPRIOR_HOME names another folder).
Proxies are taken from HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
A download that was broken off goes on where it was when it is asked for again.`;

export function addModelsCommand(program: Command): void {
  const models = program
    .command('models')
    .summary('list, download, verify, import and remove models')
    .description('What --model can name: the models that are here, and the ones that can be downloaded.')
    .addHelpText('after', HELP)
    .addOption(
      new Option('--catalog <file>', 'a further catalogue: a file or an https address')
        .argParser(collect)
        .default([], 'none'),
    )
    .action(() => list(models.opts()));
  const catalog = (): CatalogOptions => models.opts();

  models
    .command('list', { isDefault: true })
    .summary('list the models')
    .action(() => list(catalog()));
  models
    .command('download')
    .summary('download a model of the list')
    .argument('<id>', 'its id')
    .option('--half', 'store weights as half floats: half the size')
    .option('--no-sample', 'draw no pictures with it: it cannot tell then which ones it knows')
    .option('--keep', 'keep the original checkpoint')
    .action((id: string, { half = false, sample = true, keep = false }: StoringOptions & { readonly keep?: boolean }) =>
      downloadModel(id, catalog(), { half, sample, keepCheckpoint: keep }),
    );
  models
    .command('import')
    .summary('add a checkpoint of your own')
    .argument('<file>', 'a checkpoint (.pth, .safetensors, .onnx)')
    .option('--id <id>', "the model's id (default: from the file's name)")
    .option('--name <name>', "the model's name, for people")
    .option('--half', 'store weights as half floats: half the size')
    .option('--no-sample', 'draw no pictures with it: it cannot tell then which ones it knows')
    .option(
      '--range <low,high>',
      'output values that mean black and white, such as 0,255 (default: what the file says)',
      range,
    )
    .option('--force', 'replace the model of this id')
    .action(
      async (
        file: string,
        options: StoringOptions & Pick<Importing, 'id' | 'name' | 'range'> & { force?: boolean },
      ) => {
        const { force = false, ...rest } = options;
        const stored = await withProgress(file, (caller) =>
          openStore().import(file, { ...rest, replace: force, ...caller }),
        );
        done(stored, 'is here');
        for (const note of stored.generator?.notes ?? []) console.log(`note: ${note}`);
      },
    );
  models
    .command('verify')
    .summary('compare the files of one model, or of all, with their hashes')
    .argument('[id]', 'its id')
    .action((id: string | undefined) => verify(id, catalog()));
  models
    .command('remove')
    .summary('delete a model, or what an unfinished download left')
    .argument('<id>', 'its id')
    .action(async (id: string) => {
      await openStore().remove(id, await entryOf(id, catalog()));
      console.log(`${id} is removed.`);
    });
}

const NO_HASH = 'Its authors publish no hash: the first download is trusted, and later ones are compared with it.';

const openStore = (): ModelStore => new ModelStore(defaultHome(), embeddedModels(), convert);

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

const entries = ({ catalog }: CatalogOptions): Promise<CatalogEntry[]> =>
  allEntries(catalog, (problem) => process.stderr.write(`warning: ${problem}\n`));

const entryOf = async (id: string, options: CatalogOptions): Promise<CatalogEntry | undefined> =>
  (await entries(options)).find((entry) => entry.id === id);

async function list(options: CatalogOptions): Promise<void> {
  const store = openStore();
  console.log(modelTable(await inventory(store, await entries(options))));
  const { models, downloads, quarantine, total } = await diskUse(store.layout);
  const parts = [`models ${formatBytes(models)}`, `downloads ${formatBytes(downloads)}`];
  if (quarantine > 0) parts.push(`quarantine ${formatBytes(quarantine)}`);
  console.log(`\n${formatBytes(total)} in ${store.layout.root} (${parts.join(', ')})`);
}

async function downloadModel(
  id: string,
  options: CatalogOptions,
  storing: Required<StoringOptions> & { readonly keepCheckpoint: boolean },
): Promise<void> {
  const entry = await entryOf(id, options);
  if (!entry) throw new StoreError(`${id} is in no catalogue. "ganprior models" lists what can be downloaded.`);
  const { title, bytes, approximate, licence, page, url } = entry;
  console.log(`${title}, ${approximate ? 'about ' : ''}${formatBytes(bytes)}, from ${url}`);
  console.log(`Licence: ${licence} See ${page}.`);
  if (entry.sha256 === undefined) console.log(NO_HASH);
  const stored = await withProgress(id, (caller) => openStore().download(entry, { ...storing, ...caller }));
  done(stored, 'is here');
  if (entry.sha256 === undefined) console.log(`It came from ${stored.source}.`);
}

async function verify(id: string | undefined, options: CatalogOptions): Promise<void> {
  const store = openStore();
  const rows = id === undefined ? await inventory(store, await entries(options)) : [{ id, state: 'installed' }];
  for (const { id: each, state } of rows) {
    if (state === 'available') continue;
    const problem = await store.verify(each);
    if (problem === undefined) console.log(`${each}: sound`);
    else {
      report(new StoreError(problem), each);
      process.exitCode = EXIT.failed;
    }
  }
}

/** Shows what goes on; Ctrl-C cancels and keeps what has arrived. */
async function withProgress<T>(
  label: string,
  work: (caller: { signal: AbortSignal; onEvent: StoreProgress['show'] }) => Promise<T>,
): Promise<T> {
  const progress = new StoreProgress(label);
  const interruption = new Interruption();
  try {
    return await work({ signal: interruption.signal, onEvent: progress.show });
  } catch (error) {
    if (!interruption.requested) throw error;
    throw new StoreError('Cancelled. What has arrived is kept for the next time.');
  } finally {
    progress.clear();
    interruption.dispose();
  }
}

function done(stored: StoredPackage, what: string): void {
  const use = stored.kind === 'generator' ? '--model' : '--perceptual';
  console.log(`${stored.id} ${what} (${formatBytes(sizeOf(stored))}): ${use} ${stored.id}`);
}
