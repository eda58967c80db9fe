/** A page that makes steps on its GPU, as the document sees it. */
import type { RunEvent } from '../../engine/inversion/job.ts';
import { filesOf, isPackage } from '../../engine/prior.ts';
import type { Assignment as Message, PageContract } from '../../shared/protocol.ts';
import type { Remote } from '../../shared/rpc.ts';
import type { Assignment, Execution, Executor, Fault, Listener } from '../document/executor.ts';

/** Of all pages: a late message of a page that was reloaded names none of the new one's. */
let last = 0;

export class PageExecutor implements Executor {
  readonly on = 'page';
  readonly #listeners = new Map<number, Listener>();

  /**
   * @param assets what the page loads to make steps
   * @param uri of a file in a folder, as the page may load it
   */
  constructor(
    private readonly page: Remote<PageContract>,
    private readonly assets: Message['assets'],
    private readonly uri: (folder: string, file: string) => string,
  ) {}

  execute({ run, plan, checkpoint }: Assignment, listener: Listener): Execution {
    const execution = ++last;
    const { page, assets, uri } = this;
    const { job, scene, manifest, folder, network } = plan;
    this.#listeners.set(execution, listener);
    page.notify('execute', {
      ...{ execution, run, job, scene, manifest, assets },
      slices: (isPackage(manifest) ? filesOf(manifest) : []).map(({ file }) => uri(folder, file)),
      ...(network && { network: uri(network.folder, network.file) }),
      ...(checkpoint && { checkpoint }),
    });
    return {
      control: (action) => page.notify('control', { execution, action }),
      amend: (amendment, scene) => page.notify('amend', { execution, amendment, ...(scene && { scene }) }),
      abandon: () => {
        if (this.#listeners.delete(execution)) page.notify('abandon', { execution });
      },
    };
  }

  /** An event of the page's steps. One of steps that it makes no more is late and dropped. */
  report(execution: number, event: RunEvent): void {
    const listener = this.#listeners.get(execution);
    if (event.kind === 'done') this.#listeners.delete(execution);
    listener?.event(event);
  }

  broken(execution: number, fault: Fault, message: string): void {
    const listener = this.#listeners.get(execution);
    this.#listeners.delete(execution);
    listener?.broken(fault, message);
  }
}
