/** What a person chooses before a run: task, model, and the numbers, which may all stay empty. */
import type { TaskId } from '../engine/generator/manifest.ts';
import { LIVE_PARAMS, type LiveParams, type ModelInfo, type Params } from '../shared/protocol.ts';
import { element, setText } from './dom.ts';
import { NOISES, type Noise } from '../engine/image/noise.ts';
import { FACTORS, FIELDS, liveChanges, parseParams, rangeOf, type Factor, type Field, type Texts } from './params.ts';
import type { PageState } from './state.ts';
import { isBusy } from './status.ts';
import { strings } from './strings.ts';
import { choice, textField, type TextField } from './toolkit.ts';

/** What survives a reload of the page. */
export interface FormMemory {
  readonly task: string;
  readonly model: string;
  readonly factor: Factor;
  readonly noise?: Noise;
  readonly texts: Texts;
  readonly open: boolean;
}

export class Form {
  readonly element: HTMLElement;
  readonly #task = choice<TaskId>('task', strings.taskLabel(), () => this.#edited());
  readonly #taskHint = element('p', { class: 'hint' });
  readonly #model = choice('model', strings.modelLabel(), () => this.#edited());
  readonly #modelHint = element('p', { class: 'hint' });
  readonly #factor = choice<Factor>('factor', strings.factor(), () => this.#edited());
  readonly #noise = choice<Noise>('noise', strings.noise(), () => this.#edited());
  readonly #fields: Record<Field, TextField>;
  /** The numbers; apart from the choices, so that what a run shows can stand between them. */
  readonly settings: HTMLDetailsElement;
  #state: PageState | undefined;

  /**
   * @param remember told after every edit
   * @param amend told what a person changes about the run that goes
   */
  constructor(
    private readonly memory: FormMemory | undefined,
    private readonly remember: (memory: FormMemory) => void,
    private readonly amend: (changes: LiveParams) => void,
  ) {
    const field = (name: Field, label: string, tip: string) =>
      textField(
        name,
        label,
        tip,
        () => this.#edited(),
        () => this.#changeRun(),
      );
    this.#fields = {
      layer: field('layer', strings.layer(), ''),
      codes: field('codes', strings.codes(), strings.codesHint()),
      iterations: field('iterations', strings.iterations(), strings.iterationsHint()),
      starts: field('starts', strings.starts(), strings.startsHint()),
      seed: field('seed', strings.seed(), strings.seedHint()),
      learningRate: field('learningRate', strings.learningRate(), strings.learningRateHint()),
      alphaLearningRate: field('alphaLearningRate', strings.alphaLearningRate(), strings.alphaLearningRateHint()),
    };
    this.#fields.seed.setPlaceholder(strings.seedPlaceholder());
    this.#factor.setOptions([
      { value: '', label: strings.factorAuto() },
      ...FACTORS.map((factor) => ({ value: `${factor}` as const, label: strings.factorTimes(factor) })),
    ]);
    this.#noise.setOptions(NOISES.map((noise) => ({ value: noise, label: strings.noiseKind(noise) })));
    this.#noise.value = memory?.noise ?? 'gaussian';
    this.settings = element(
      'details',
      { open: memory?.open ?? true },
      element('summary', {}, strings.settings()),
      element('div', { class: 'grid' }, ...FIELDS.map((name) => this.#fields[name].element)),
    );
    this.settings.addEventListener('toggle', () => this.#save());
    this.element = element(
      'div',
      { class: 'form' },
      element('div', {}, this.#task.element, this.#taskHint),
      element('div', {}, this.#model.element, this.#modelHint),
      this.#factor.element,
      this.#noise.element,
    );
    if (!memory) return;
    this.#factor.value = memory.factor;
    for (const name of FIELDS) this.#fields[name].value = memory.texts[name] ?? '';
  }

  get task(): TaskId {
    return this.#task.value;
  }

  update(state: PageState): void {
    const { setup } = state;
    if (setup && setup !== this.#state?.setup) {
      this.#task.setOptions(setup.tasks.map((task) => ({ value: task, label: strings.task(task) })));
      this.#model.setOptions(setup.models.map(({ id, name }) => ({ value: id, label: name })));
      const remembered = this.#state ? { task: this.#task.value, model: this.#model.value } : this.memory;
      this.#task.value = pick(setup.tasks, state.run?.task, remembered?.task);
      this.#model.value = pick(
        setup.models.map(({ id }) => id),
        remembered?.model,
        setup.model,
      );
    }
    this.#state = state;
    const busy = isBusy(state.status) || !setup;
    const reason = busy && setup ? strings.fixedDuringRun() : undefined;
    for (const part of [this.#task, this.#model, this.#factor, this.#noise]) part.setDisabled(busy, reason);
    const changeable = !busy || ((state.status === 'running' || state.status === 'paused') && state.run !== undefined);
    for (const name of FIELDS) this.#fields[name].setDisabled(busy && !(isLive(name) && changeable), reason);
    this.#explain();
  }

  /** Shows a task that a command chose, with the defaults. */
  choose(task: TaskId): void {
    this.#task.value = task;
    this.#factor.value = '';
    for (const field of Object.values(this.#fields)) field.value = '';
    this.#edited();
  }

  /** The wish, or undefined (with the focus on the field to correct). */
  read(): { task: TaskId; params: Params } | undefined {
    const { params, problems } = this.#parse();
    const wrong = FIELDS.find((name) => problems[name]);
    const noise = { ...(this.#task.value === 'denoise' && { noise: this.#noise.value }) };
    if (wrong === undefined) return { task: this.#task.value, params: { ...params, ...noise } };
    this.settings.open = true;
    this.#fields[wrong].focus();
    return undefined;
  }

  #parse() {
    return parseParams(this.#task.value, this.#chosenModel(), this.#factor.value, this.#texts());
  }

  #texts = (): Texts =>
    Object.fromEntries(FIELDS.map((name) => [name, this.#fields[name].value])) as Record<Field, string>;

  #chosenModel = (): ModelInfo | undefined => this.#state?.setup?.models.find(({ id }) => id === this.#model.value);

  /** A person is done with a field: what it says about the run that goes is passed on. */
  #changeRun(): void {
    const run = this.#state?.run;
    if (!run || !isBusy(this.#state!.status)) return;
    const { params, problems } = this.#parse();
    if (LIVE_PARAMS.some((name) => problems[name])) return;
    const now = Object.assign({}, run.params, ...run.changes) as Params;
    const changes = liveChanges(run.task, this.#chosenModel(), now, params);
    if (Object.keys(changes).length > 0) this.amend(changes);
  }

  #edited(): void {
    this.#explain();
    this.#save();
  }

  #save(): void {
    this.remember({
      task: this.#task.value,
      model: this.#model.value,
      factor: this.#factor.value,
      noise: this.#noise.value,
      texts: this.#texts(),
      open: this.settings.open,
    });
  }

  /** Hints, placeholders and problems for what is chosen now. */
  #explain(): void {
    const task = this.#task.value;
    const model = this.#chosenModel();
    if (!task) return;
    setText(this.#taskHint, strings.taskHint(task));
    setText(this.#modelHint, model ? strings.knows(model.domain, model.resolution) : strings.noModels());
    this.#factor.element.hidden = task !== 'super-resolve';
    this.#noise.element.hidden = task !== 'denoise';
    const defaults = model?.defaults[task];
    for (const name of FIELDS) {
      if (name === 'seed') continue;
      this.#fields[name].setPlaceholder(defaults ? String(defaults[name]) : '');
    }
    this.#fields.layer.setTip(strings.layerHint(rangeOf('layer', model).high));
    const { problems } = this.#parse();
    for (const name of FIELDS) {
      const range = problems[name];
      this.#fields[name].setProblem(
        range ? (range.fractions ? strings.numberOutOfRange : strings.outOfRange)(range.low, range.high) : '',
      );
    }
  }
}

const isLive = (name: Field): boolean => (LIVE_PARAMS as readonly string[]).includes(name);

/** The first of `wishes` that is offered, or the first offer. */
const pick = <T extends string>(offered: readonly T[], ...wishes: (string | undefined)[]): T =>
  offered.find((item) => item === wishes.find((wish) => offered.some((offer) => offer === wish))) ?? offered[0]!;
