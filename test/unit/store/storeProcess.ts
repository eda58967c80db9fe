/** A process of its own that downloads one model: `storeProcess.ts ROOT ENTRY`. Prints its events as lines of JSON. */
import { quickly } from '../../support/quickly.ts';
import type { CatalogEntry } from '../../../src/node/store/catalog.ts';
import { ModelStore } from '../../../src/node/store/store.ts';

const [root, entry] = process.argv.slice(2) as [string, string];
const store = new ModelStore(root, '/nothing', quickly, { pollMs: 5, patience: { progressMs: 0 } });
const { id } = await store.download(JSON.parse(entry) as CatalogEntry, {
  onEvent: (event) => console.log(JSON.stringify(event)),
});
console.log(JSON.stringify({ kind: 'done', id }));
