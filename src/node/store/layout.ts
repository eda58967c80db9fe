/**
 * Where things lie in the store's folder. The version is a folder, so that installations that lay things out
 * differently can share the place around it.
 *
 *   v1/models/ID/          packages of generators and feed-forward networks
 *   v1/networks/ID/        perceptual networks
 *   v1/boundaries/         directions that were downloaded: ID.npy
 *   v1/detectors/ID/       detectors of faces
 *   v1/downloads/          checkpoints: ID.pth once it is whole and checked, ID.pth.part and ID.pth.part.json before
 *   v1/quarantine/         files that failed their check, each with FILE.txt that says why
 *   v1/pins/ID.json        hashes of first downloads, where none is published
 *   v1/staging/ID.xxx/     packages that are being written; theirs is the lock of ID
 *   v1/locks/ID.lock       who is changing ID
 *   v1/use/ID/             who is using ID
 */
import { join } from 'node:path';
import type { ModelKind } from './catalog.ts';

const VERSION = 'v1';

export class StoreLayout {
  readonly models: string;
  readonly networks: string;
  readonly boundaries: string;
  readonly detectors: string;
  readonly downloads: string;
  readonly quarantine: string;
  readonly staging: string;
  readonly #locks: string;
  readonly #use: string;
  readonly #pins: string;

  constructor(readonly root: string) {
    const at = (name: string): string => join(root, VERSION, name);
    this.models = at('models');
    this.networks = at('networks');
    this.boundaries = at('boundaries');
    this.detectors = at('detectors');
    this.downloads = at('downloads');
    this.quarantine = at('quarantine');
    this.staging = at('staging');
    this.#locks = at('locks');
    this.#use = at('use');
    this.#pins = at('pins');
  }

  /** The folder of a package. */
  package(kind: ModelKind, id: string): string {
    const folders = { detector: this.detectors, perceptual: this.networks } as const;
    return join(kind === 'detector' || kind === 'perceptual' ? folders[kind] : this.models, id);
  }

  lock = (id: string): string => join(this.#locks, `${id}.lock`);
  pin = (id: string): string => join(this.#pins, `${id}.json`);
  use = (id: string): string => join(this.#use, id);
}
