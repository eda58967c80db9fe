/** The page that draws from a model: joins the host and the view. */
import '../styles/draw.css';
import { drawHostContract, drawPageContract, type DrawPageContract } from '../../shared/draw/protocol.ts';
import type { Handlers } from '../../shared/rpc.ts';
import { joinHost } from '../panelPage.ts';
import { setLanguage } from '../strings.ts';
import { DrawPage } from './page.ts';

/** Built when the host has said in which language. */
let page: DrawPage | undefined;

const handlers: Handlers<DrawPageContract> = {
  state: (state) => page?.update(state),
  picture: ({ id, png }) => page?.show(id, png),
};
const host = joinHost(drawPageContract, handlers, drawHostContract);
const attempt = (work: Promise<unknown>): void => void work.catch((error: unknown) => page?.fail(error));

async function begin(): Promise<void> {
  const { state, strings } = await host.request('ready', {});
  setLanguage(strings);
  page = new DrawPage(document.body, state, {
    draw: (wish) => attempt(host.request('draw', wish)),
    between: (ids, steps) => attempt(host.request('between', { ids: [...ids], steps })),
    mix: (coarse, fine, layer) => attempt(host.request('mix', { coarse, fine, layer })),
    addResults: () => attempt(host.request('addResults', {})),
    start: (ids) => attempt(host.request('start', { ids: [...ids] })),
  });
}

void begin();
