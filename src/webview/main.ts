/** The editor page: joins the host, the controller and the views. */
import './styles/page.css';
import { hostContract, pageContract } from '../shared/protocol.ts';
import { connect } from '../shared/rpc.ts';
import { Controller } from './controller.ts';
import type { Surroundings } from './engine.ts';
import { findAdapter } from './gpu.ts';
import type { PageState } from './state.ts';
import { strings, setLanguage } from './strings.ts';
import { Page, type PageMemory } from './page.ts';

interface VsCode {
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  getState(): PageMemory | undefined;
  setState(state: PageMemory): void;
}
declare function acquireVsCodeApi(): VsCode;

const vscode = acquireVsCodeApi();

const surroundings: Surroundings = {
  async fetch(uri) {
    const response = await fetch(uri);
    if (!response.ok) throw new Error(strings.fetchFailed(uri.slice(uri.lastIndexOf('/') + 1), response.status));
    return response.arrayBuffer();
  },
  createWorker(script) {
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    return worker;
  },
};

/** Built when the host has said in which language. */
let page: Page | undefined;
const draw = (state: PageState): void => {
  page ??= new Page(document.body, controller, vscode.getState(), (memory) => vscode.setState(memory));
  page.update(state);
};

const controller: Controller = new Controller({
  page: crypto.randomUUID(),
  connect: (handlers) =>
    connect(
      {
        post: (message, transfer) => vscode.postMessage(message, transfer),
        listen: (receive) => window.addEventListener('message', ({ data }) => receive(data)),
      },
      pageContract,
      handlers,
      hostContract,
      (problem) => console.warn(`The editor page got ${problem}.`),
    ),
  surroundings,
  findGpu: findAdapter,
  welcomed: ({ strings: bundle }) => setLanguage(bundle),
  changed: draw,
  preview: (snapshot) => page?.preview(snapshot),
  maskLoaded: (source, mask) => page?.loadMask(source, mask),
  maskChanged: (patch) => page?.changeMask(patch),
  exportAnimation: () => void page?.exportAnimation(),
  compareMethods: () => page?.compareMethods(),
  copyPicture: () => void page?.copyPicture(),
});

void controller.begin();
