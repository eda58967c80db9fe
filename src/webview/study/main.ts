/** The page of a study: joins the host and the view. */
import '../styles/study.css';
import type { Handlers } from '../../shared/rpc.ts';
import { studyHostContract, studyPageContract, type StudyPageContract } from '../../shared/study/protocol.ts';
import { joinHost } from '../panelPage.ts';
import { setLanguage } from '../strings.ts';
import { StudyPage } from './page.ts';

/** Built when the host has said in which language. */
let page: StudyPage | undefined;

const handlers: Handlers<StudyPageContract> = {
  state: (state) => page?.update(state),
  picture: ({ of, png }) => page?.show(of, png),
  cleared: () => page?.clear(),
};
const host = joinHost(studyPageContract, handlers, studyHostContract);
const attempt = (work: Promise<unknown>): void => void work.catch((error: unknown) => page?.fail(error));

async function begin(): Promise<void> {
  const { state, strings } = await host.request('ready', {});
  setLanguage(strings);
  page = new StudyPage(document.body, state, {
    start: (choices) => attempt(host.request('start', { choices })),
    stop: () => host.notify('stop', {}),
    save: () => attempt(host.request('save', {})),
    open: (name) => attempt(host.request('open', { name })),
  });
}

void begin();
