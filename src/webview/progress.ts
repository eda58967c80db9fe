/** How a run stands: a sentence, a bar, time left, notes, where the result is; then the facts about it. */
import { Announcer } from './announcer.ts';
import { element, icon, setAttributes, setText } from './dom.ts';
import { pace, timeLeft } from './format.ts';
import { headlineOf, isCounting } from './headline.ts';
import type { RunChange } from '../shared/documentState.ts';
import type { Reason, RunState } from '../shared/run/state.ts';
import type { HostBackend } from '../shared/welcome.ts';
import type { PageState } from './state.ts';
import { runsHere } from './engine.ts';
import { SavedLine, type SavedActions } from './saved.ts';
import { isBusy } from './status.ts';
import { strings } from './strings.ts';
import { likenessOf, TruthView, type TruthActions } from './truth.ts';

const ANNOUNCE_MS = 15_000;

export type ProgressActions = TruthActions & SavedActions;

export class Progress {
  readonly element: HTMLElement;
  readonly #headline = element('p', { class: 'headline' });
  readonly #detail = element('p', { class: 'detail' });
  readonly #bar = element('div', { class: 'bar' });
  readonly #track = element(
    'div',
    { class: 'track', role: 'progressbar', 'aria-label': strings.progress(), 'aria-valuemin': '0', hidden: true },
    this.#bar,
  );
  readonly #facts = element('dl', { class: 'facts' });
  readonly #notes = element('ul', { class: 'notes' });
  readonly #live = element('div', { class: 'visually-hidden', 'aria-live': 'polite', role: 'status' });
  readonly #announcer = new Announcer(
    (text) => setText(this.#live, text),
    ANNOUNCE_MS,
    () => performance.now(),
  );
  readonly #truth: TruthView;
  readonly #saved: SavedLine;
  #shownFacts = '';
  #shownNotes = '';

  constructor(actions: ProgressActions) {
    this.#truth = new TruthView(actions);
    this.#saved = new SavedLine(actions);
    this.about = element('section', { class: 'about' }, this.#facts, this.#truth.element);
    this.element = element(
      'section',
      { class: 'progress', 'aria-label': strings.progress() },
      this.#headline,
      this.#track,
      this.#detail,
      this.#notes,
      this.#saved.element,
      this.#live,
    );
  }

  /** The facts, to be placed below the chart. */
  readonly about: HTMLElement;

  update(state: PageState): void {
    const headline = headlineOf(state);
    const detail = detailOf(state);
    setText(this.#headline, headline);
    setText(this.#detail, detail);
    this.#updateBar(state);
    this.#updateNotes(notesOf(state));
    this.#updateFacts(factsOf(state));
    this.#truth.update(state);
    this.#saved.update(state);
    // While steps are made the headline counts them, so the status is what tells a change from progress.
    const likeness = likenessOf(state);
    const topic = isCounting(state) ? 'running' : [headline, likeness].join();
    if (state.status !== 'loading')
      this.#announcer.tell(topic, [headline, detail, likeness].filter(Boolean).join(', '));
  }

  #updateBar(state: PageState): void {
    const { status } = state;
    const waits = isBusy(status) || status === 'loading';
    const done = countedOf(state);
    this.#track.hidden = !waits;
    this.#track.classList.toggle('endless', waits && !done);
    this.#track.classList.toggle('paused', status === 'paused');
    this.#bar.style.width = done ? `${(100 * done.now) / Math.max(1, done.max)}%` : '';
    setAttributes(this.#track, {
      'aria-valuenow': done && String(done.now),
      'aria-valuemax': done && String(done.max),
    });
  }

  #updateNotes(notes: readonly string[]): void {
    const key = notes.join('\n');
    if (key === this.#shownNotes) return;
    this.#shownNotes = key;
    this.#notes.replaceChildren(...notes.map((note) => element('li', {}, icon('info'), element('span', {}, note))));
  }

  #updateFacts(facts: readonly Fact[]): void {
    const key = JSON.stringify(facts);
    if (key === this.#shownFacts) return;
    this.#shownFacts = key;
    this.#facts.replaceChildren(
      ...facts.flatMap(({ name, value }) => [element('dt', {}, name), element('dd', {}, value)]),
    );
  }
}

/** How far it is, where that is known: steps, or hundredths of the picture that is put together. */
function countedOf({ status, run }: PageState): { readonly now: number; readonly max: number } | undefined {
  if (run?.status === 'composing')
    return run.share === undefined ? undefined : { now: Math.round(100 * run.share), max: 100 };
  if (!run || (status !== 'preparing' && status !== 'running' && status !== 'paused')) return undefined;
  const { at, of } = run.part ?? { at: 1, of: 1 };
  const now = (at - 1) * run.iterations + run.step;
  return now === 0 ? undefined : { now, max: of * run.iterations };
}

function detailOf({ status, run }: PageState): string {
  if (run?.status === 'composing' && run.share !== undefined) return strings.composed(Math.round(100 * run.share));
  if (status !== 'running' || !run) return '';
  const left = timeLeft(run.etaMs);
  const speed = pace(run.msPerStep);
  const speedText =
    speed && (speed.unit === 'steps/s' ? strings.stepsPerSecond(speed.value) : strings.secondsPerStep(speed.value));
  return [left && strings.left(left), speedText].filter(Boolean).join(' · ');
}

function notesOf({ run, makes, gpu, setup, hostBackend }: PageState): readonly string[] {
  // What went wrong says all that is left to say of it.
  if (run?.status === 'failed') return [];
  if (run && run.status !== 'cancelled') {
    const elsewhere = 'on' in run && run.on === 'page' && makes !== run.id;
    return [
      ...(elsewhere ? [strings.runsElsewhere()] : []),
      ...run.notes,
      ...run.reasons.map((reason) => because(reason, run.backend || nameOf(hostBackend))),
      ...goesOn(run),
      ...(run.changes.length > 0 ? [strings.changedOnTheWay()] : []),
    ];
  }
  if (!setup || !hostBackend || gpu || setup.device === 'cpu') return [];
  return [hostBackend.kind === 'found' ? strings.noAdapterYet(hostBackend.name) : strings.noGpu(hostBackend.problem)];
}

const nameOf = (backend: HostBackend | undefined): string => (backend?.kind === 'found' ? backend.name : '');

/** Why a run is made where it is. */
function because(reason: Reason, backend: string): string {
  switch (reason.why) {
    case 'noGpu':
      return strings.noAdapter(backend);
    case 'gpuFailed':
      return reason.step > 0 ? strings.gpuLost(reason.detail) : strings.gpuLostRestart(reason.detail);
    case 'pageGone':
      return strings.pageGone(reason.step);
  }
}

/** At what else than it began with a run goes on. */
function goesOn({ changes }: RunState): readonly string[] {
  const { layer, codes } = Object.assign({}, ...changes) as Partial<RunChange>;
  return (layer ?? codes) === undefined ? [] : [strings.goesOn(layer, codes)];
}

interface Fact {
  readonly name: string;
  readonly value: string;
}

function factsOf({ status, source, setup, run, result, gpu, hostBackend }: PageState): readonly Fact[] {
  if (!source || !setup) return [];
  const facts: Fact[] = [];
  const size = `${source.width} × ${source.height}`;
  const finished = isBusy(status) ? undefined : result;
  const became = finished ? `${finished.width} × ${finished.height}` : size;
  facts.push({
    name: strings.size(),
    value: became === size ? size : strings.sizeChange(size, became),
  });
  const modelName = (id: string | undefined) => setup.models.find((model) => model.id === id)?.name ?? id ?? '';
  if (finished) {
    facts.push({ name: strings.modelLabel(), value: modelName(finished.model) });
    facts.push({ name: strings.perceptual(), value: strings.perceptualTerm(finished.perceptual, setup.networks) });
    facts.push({ name: strings.runsOn(), value: strings.device(finished.backend) });
    facts.push({ name: strings.seed(), value: String(finished.seed) });
  } else if (run && isBusy(status)) {
    facts.push({ name: strings.modelLabel(), value: modelName(run.params.model ?? setup.modelFor[run.task]) });
    if (run.backend) facts.push({ name: strings.runsOn(), value: strings.device(run.backend) });
    if (run.seed !== undefined) facts.push({ name: strings.seed(), value: String(run.seed) });
  } else {
    const backend = runsHere(setup.device, gpu !== undefined)
      ? strings.pageBackend(gpu?.name ?? '')
      : nameOf(hostBackend);
    if (backend) facts.push({ name: strings.willRunOn(), value: strings.device(backend) });
  }
  return facts;
}
