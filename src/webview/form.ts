/** What a person chooses before a run: task, model, and the numbers, which may all stay empty. */
import type { Alignment } from '../engine/faces/alignment.ts';
import { UNKNOWN_DOMAIN, type TaskId } from '../engine/generator/manifest.ts';
import { LIVE_PARAMS, type Choices, type LiveParams, type ModelInfo, type Params } from '../shared/documentState.ts';
import { element, setText } from './dom.ts';
import type { Size } from '../engine/image/picture.ts';
import { RestField } from './faces/restField.ts';
import { NOISES, type Noise } from '../engine/image/noise.ts';
import { NOISE_MAPS } from '../engine/inversion/refinements.ts';
import { AlignNotice } from './faces/notice.ts';
import { MethodField, type Wanted } from './methodField.ts';
import { defaultSeam, sizeOfRegion } from '../engine/tasks/index.ts';
import { FACTORS } from '../engine/tasks/superResolve.ts';
import {
  canDo,
  concerns,
  FIELDS,
  liveChanges,
  parseParams,
  rangeOf,
  type Factor,
  type Field,
  type Texts,
  withMethod,
  withPreset,
} from './params.ts';
import type { PageState } from './state.ts';
import { isBusy } from './status.ts';
import { SpaceField } from './spaceField.ts';
import { spaceOf } from './spaces.ts';
import { strings } from './strings.ts';
import { choice, textField, type TextField } from './toolkit.ts';
import { TuneField } from './tuneField.ts';

/** What survives a reload of the page. What is chosen survives it in the document. */
export interface FormMemory {
  readonly open: boolean;
}

export interface FormWishes {
  remember(memory: FormMemory): void;
  /** Told after every edit. */
  chosen(choices: Choices): void;
  /** Told what a person changes about the run that goes. */
  amend(changes: LiveParams): void;
  /** The person wants a model that is not on the list. */
  moreModels(): void;
  /** The person wants to mark a face, or to have all of them found. */
  align(): void;
  findFaces(): void;
  /** A field needs to be seen. */
  reveal(): void;
}

/** Of the untrained prior, where nobody names one. */
const USUAL_FACTOR = 4;

type NoiseMaps = NonNullable<Params['noiseMaps']>;

/** What the list of models offers beside models; no id may hold a colon. */
const MORE = 'more:';

export class Form {
  readonly element: HTMLElement;
  readonly #task = choice<TaskId>('task', strings.taskLabel(), () => {
    this.#chooseModel(this.#ownModelId);
    this.#edited();
  });
  readonly #taskHint = element('p', { class: 'hint' });
  readonly #model = choice('model', strings.modelLabel(), () => {
    if (this.#model.value === MORE) {
      this.#chooseModel(this.#ownModelId);
      return this.wishes.moreModels();
    }
    this.#missingModel = undefined;
    this.#ownModel = this.#model.value !== this.#state?.setup?.modelFor[this.#task.value];
    this.#edited();
  });
  readonly #modelHint = element('p', { class: 'hint' });
  readonly #aligning: AlignNotice;
  readonly #factor = choice<Factor>('factor', strings.factor(), () => this.#edited());
  readonly #rest = new RestField(() => this.#edited());
  readonly #noise = choice<Noise>('noise', strings.noise(), () => this.#edited());
  readonly #perceptual = choice('perceptual', strings.perceptual(), () => this.#edited());
  readonly #method = new MethodField(() => {
    // What is optimised belongs to the model.
    this.#ownModel = true;
    this.#edited();
  });
  readonly #tune = new TuneField(() => this.#edited());
  readonly #space = new SpaceField(() => this.#edited());
  readonly #noiseMaps = choice<NoiseMaps | ''>('noiseMaps', strings.noiseMaps(), () => this.#edited());
  readonly #fields: Record<Field, TextField>;
  /** The numbers; apart from the choices, so that what a run shows can stand between them. */
  readonly settings: HTMLDetailsElement;
  #state: PageState | undefined;
  /** Whether a person chose the model; otherwise it is the one that the settings name for the task. */
  #ownModel = false;
  /** The model a person chose that is not installed (any more): another one is shown, and this one stays chosen. */
  #missingModel: string | undefined;

  constructor(
    memory: FormMemory | undefined,
    private readonly wishes: FormWishes,
  ) {
    this.#aligning = new AlignNotice(wishes);
    const field = (name: Field, label: string, tip: string) =>
      textField(
        name,
        label,
        tip,
        () => this.#edited(),
        () => this.#changeRun(name),
      );
    this.#fields = {
      layer: field('layer', strings.layer(), ''),
      codes: field('codes', strings.codes(), strings.codesHint()),
      iterations: field('iterations', strings.iterations(), strings.iterationsHint()),
      starts: field('starts', strings.starts(), strings.startsHint()),
      width: field('width', strings.width(), strings.widthHint()),
      truncation: field('truncation', strings.truncation(), strings.truncationHint()),
      class: field('class', strings.class(), strings.classHint()),
      seed: field('seed', strings.seed(), strings.seedHint()),
      learningRate: field('learningRate', strings.learningRate(), strings.learningRateHint()),
      alphaLearningRate: field('alphaLearningRate', strings.alphaLearningRate(), strings.alphaLearningRateHint()),
      seam: field('seam', strings.seam(), strings.seamHint()),
      feather: field('feather', strings.feather(), strings.featherHint()),
    };
    this.#fields.seed.setPlaceholder(strings.seedPlaceholder());
    this.#factor.setOptions([
      { value: '', label: strings.factorAuto() },
      ...FACTORS.map((factor) => ({ value: `${factor}` as const, label: strings.factorTimes(factor) })),
    ]);
    this.#noise.setOptions(NOISES.map((noise) => ({ value: noise, label: strings.noiseKind(noise) })));
    this.#noise.value = 'gaussian';
    this.#noiseMaps.setOptions([
      { value: '', label: strings.automatic(strings.noiseMapsName('fixed')) },
      ...NOISE_MAPS.map((which) => ({ value: which, label: strings.noiseMapsName(which) })),
    ]);
    this.settings = element(
      'details',
      { open: memory?.open ?? true },
      element('summary', {}, strings.settings()),
      this.#method.element,
      this.#space.element,
      this.#noiseMaps.element,
      this.#perceptual.element,
      element('div', { class: 'grid' }, ...FIELDS.map((name) => this.#fields[name].element), this.#tune.element),
    );
    this.settings.addEventListener('toggle', () => wishes.remember({ open: this.settings.open }));
    this.element = element(
      'div',
      { class: 'form' },
      element('div', {}, this.#task.element, this.#taskHint),
      element('div', {}, this.#model.element, this.#modelHint, this.#aligning.element),
      this.#factor.element,
      this.#rest.element,
      this.#noise.element,
    );
  }

  get task(): TaskId {
    return this.#task.value;
  }

  /** How the model that is chosen wants faces cut out; nothing: it draws none, or nobody has said. */
  get alignment(): Alignment | undefined {
    return this.#plainModel?.alignment;
  }

  /** What a run would be asked for, as far as it is well typed. */
  get wanted(): Choices {
    return { task: this.#task.value, params: { ...this.#parse().params, ...this.#chosenParams() } };
  }

  /** Of what a run would make. */
  get resultSize(): Size | undefined {
    const { region, source } = this.#state ?? {};
    const part = region ? sizeOfRegion(region) : source;
    const factor = this.#task.value === 'super-resolve' ? Number(this.#factor.value || USUAL_FACTOR) : 1;
    return part && { width: part.width * factor, height: part.height * factor };
  }

  /** In short what is chosen. */
  get summary(): string {
    const task = this.#task.value;
    return task ? strings.chosen(strings.task(task), this.#chosenModel()?.name ?? '') : '';
  }

  update(state: PageState): void {
    const { setup, choices } = state;
    const before = this.#state;
    this.#state = state;
    if (setup && setup !== before?.setup) {
      this.#task.setOptions(setup.tasks.map((task) => ({ value: task, label: strings.task(task) })));
      const ways = [...setup.networks.map(({ id }) => id), 'multi-scale', 'none'];
      const nameOf = (way: string) => strings.perceptualTerm(way, setup.networks);
      this.#perceptual.setOptions([
        { value: '', label: strings.automatic(nameOf(setup.perceptual)) },
        ...ways.map((way) => ({ value: way, label: nameOf(way) })),
      ]);
      this.#perceptual.value = pick(['', ...ways], this.#perceptual.value);
      this.#task.value = pick(setup.tasks, this.#task.value);
      this.#chooseModel(this.#ownModelId);
    }
    if (setup && choices && choices !== before?.choices) this.#show(choices);
    const busy = isBusy(state.status) || !setup;
    const reason = busy && setup ? strings.fixedDuringRun() : undefined;
    const fixed = [
      this.#task,
      this.#model,
      this.#factor,
      this.#rest,
      this.#noise,
      this.#method,
      this.#space,
      this.#noiseMaps,
      this.#perceptual,
      this.#tune,
    ];
    for (const part of fixed) part.setDisabled(busy, reason);
    // While the picture is composed nothing of the run can be changed, but who is typing then goes on for the next one.
    const compared = state.comparison?.going === true;
    const changeable = !busy || (!compared && state.status !== 'preparing' && state.run !== undefined);
    for (const name of FIELDS) this.#fields[name].setDisabled(busy && !(isLive(name) && changeable), reason);
    this.#explain();
  }

  /** Shows what was chosen elsewhere. What is being typed stays while it means the same. */
  #show({ task, params }: Choices): void {
    const setup = this.#state!.setup!;
    this.#task.value = pick(setup.tasks, task);
    this.#ownModel = params.model !== undefined;
    this.#chooseModel(params.model);
    this.#method.value = params.method ?? '';
    this.#space.value = spaceOf(params);
    this.#noiseMaps.value = params.noiseMaps ?? '';
    this.#tune.show(params.tune, this.#typedTune);
    const shown = this.#parse().params;
    this.#factor.value = params.factor === undefined ? '' : `${params.factor}`;
    this.#rest.show(params);
    this.#noise.value = params.noise ?? 'gaussian';
    this.#perceptual.value = params.perceptual ?? '';
    for (const name of FIELDS) {
      if (params[name] !== shown[name]) this.#fields[name].value = params[name]?.toString() ?? '';
    }
  }

  /** Shows a model, or the one that the settings name for the task. */
  #chooseModel(id: string | undefined): void {
    const { models: all, modelFor } = this.#state!.setup!;
    const models = all.filter((model) => canDo(model, this.#task.value));
    this.#model.setOptions([
      ...models.map((model) => ({ value: model.id, label: model.name })),
      { value: MORE, label: strings.moreModels() },
    ]);
    this.#missingModel = models.some((model) => model.id === id) ? undefined : id;
    this.#model.value = pick(
      models.map((model) => model.id),
      id,
      modelFor[this.#task.value],
    );
  }

  /** What is chosen, as far as it is well typed. The model that the settings name anyway is no choice. */
  get #choices(): Choices {
    const { model: shown, ...params } = { ...this.#parse().params, ...this.#chosenParams() };
    const model = this.#ownModel ? (this.#missingModel ?? shown) : undefined;
    return { task: this.#task.value, params: { ...(model !== undefined && { model }), ...params } };
  }

  /** The model a person chose, be it installed or not. */
  get #ownModelId(): string | undefined {
    return this.#ownModel ? (this.#missingModel ?? (this.#model.value || undefined)) : undefined;
  }

  #chosenParams(): Params {
    const method = this.#method.of(this.#plainModel);
    const tune = this.#typedTune;
    return {
      ...this.#rest.of(this.#task.value),
      ...(this.#task.value === 'denoise' && { noise: this.#noise.value }),
      ...(this.#perceptual.value !== '' && isTrained(this.#chosenModel()) && { perceptual: this.#perceptual.value }),
      ...(method !== '' && { method }),
      ...(tune && { tune }),
      ...this.#space.of(this.#plainModel),
      ...(this.#plainModel?.spaces && this.#noiseMaps.value !== '' && { noiseMaps: this.#noiseMaps.value }),
    };
  }

  /** The wish, or undefined (with the focus on the field to correct). */
  read(): { task: TaskId; params: Params } | undefined {
    const { params, problems } = this.#parse();
    const wrong = FIELDS.find((name) => problems[name]);
    if (wrong === undefined && this.#typedTune !== false)
      return { task: this.#task.value, params: { ...params, ...this.#chosenParams() } };
    this.settings.open = true;
    this.wishes.reveal();
    (wrong === undefined ? this.#tune : this.#fields[wrong]).focus();
    return undefined;
  }

  #parse() {
    return parseParams(this.#task.value, this.#chosenModel(), this.#factor.value, this.#texts());
  }

  #texts = (): Texts =>
    Object.fromEntries(FIELDS.map((name) => [name, this.#fields[name].value])) as Record<Field, string>;

  get #plainModel(): ModelInfo | undefined {
    return this.#state?.setup?.models.find(({ id }) => id === this.#model.value);
  }

  /** With the defaults of what is optimised of it. */
  #chosenModel = (): ModelInfo | undefined => {
    const plain = this.#plainModel;
    return withPreset(withMethod(plain, this.#method.of(plain)), this.#space.of(plain).preset);
  };

  /** Of the codes, as it is typed or by default. */
  get #layer(): number {
    return this.#parse().params.layer ?? this.#chosenModel()?.defaults[this.#task.value]?.layer ?? 0;
  }

  get #typedTune() {
    return this.#tune.read(this.#chosenModel(), this.#layer);
  }

  /** A person is done with a field: what it says about the run that goes is passed on. What others say was passed on, or refused. */
  #changeRun(name: Field): void {
    const { run, status } = this.#state ?? {};
    if (!run || !isLive(name) || (status !== 'running' && status !== 'paused')) return;
    const now = Object.assign({}, run.params, ...run.changes) as Params;
    const { params, problems } = this.#parse();
    const { [name]: value } = liveChanges(run.task, this.#chosenModel(), now, params);
    if (value !== undefined && !problems[name]) this.wishes.amend({ [name]: value });
  }

  #edited(): void {
    this.#explain();
    this.wishes.chosen(this.#choices);
  }

  #modelText(model: ModelInfo | undefined): string {
    if (!model) return strings.noModels();
    const { domain, resolution, onePass } = model;
    const any = onePass ? strings.onePass(domain) : strings.knowsAny();
    const knows =
      resolution === undefined ? any : isKnown(domain) ? strings.knows(domain, resolution) : strings.draws(resolution);
    const missing = this.#missingModel;
    if (missing === undefined) return `${knows}${this.#familiarity(model)}`;
    const unable = this.#state?.setup?.models.find(({ id }) => id === missing);
    const why = unable ? strings.modelCannot(unable.name, model.name) : strings.modelMissing(missing, model.name);
    return `${why} ${knows}`;
  }

  #knows({ id }: ModelInfo): boolean | undefined {
    const task = this.#task.value;
    return task ? this.#state?.setup?.familiar?.[task]?.[id] : undefined;
  }

  /** Whether the model knows what the picture shows, where that can be told. */
  #familiarity(model: ModelInfo): string {
    const known = this.#knows(model);
    if (known === undefined) return '';
    return ` ${known ? strings.familiar() : strings.unfamiliar()}`;
  }

  /** What is typed of how long a run of the untrained prior takes. */
  #asked(): Pick<Wanted, 'asked' | 'steps' | 'size'> {
    const { learningRate, width, iterations: steps } = this.#parse().params;
    const asked = (steps ?? learningRate ?? width) !== undefined;
    return { asked, steps, size: this.resultSize };
  }

  /** Hints, placeholders and problems for what is chosen now. */
  #explain(): void {
    const task = this.#task.value;
    const model = this.#chosenModel();
    if (!task) return;
    setText(this.#taskHint, strings.taskHint(task));
    setText(this.#modelHint, this.#modelText(model));
    if (this.#state) this.#aligning.update(model, model && this.#knows(model), this.#state);
    this.#factor.element.hidden = task !== 'super-resolve';
    this.#rest.explain(task, this.#state?.faces);
    this.#noise.element.hidden = task !== 'denoise';
    const defaults = model?.defaults[task];
    for (const name of FIELDS) {
      this.#fields.seed.element.hidden = !concerns('seed', task, model);
      if (name === 'seed' || name === 'seam' || name === 'feather') continue;
      this.#fields[name].setPlaceholder(defaults?.[name]?.toString() ?? '');
      this.#fields[name].element.hidden = !concerns(name, task, model);
    }
    this.#fields.learningRate.setLabel(isTrained(model) ? strings.learningRate() : strings.rate());
    this.#perceptual.element.hidden = !isTrained(model);
    this.#tune.explain(model, this.#layer);
    this.#noiseMaps.element.hidden = !this.#plainModel?.spaces;
    this.#space.explain(this.#plainModel);
    this.#method.explain({ model: this.#plainModel, task, noise: this.#noise.value, ...this.#asked() });
    const region = this.#state?.region;
    this.#fields.seam.setPlaceholder(region ? String(defaultSeam(region)) : '');
    this.#fields.feather.setPlaceholder('0');
    // What is typed stays in sight, so that it can be corrected.
    this.#fields.seam.element.hidden = !region && this.#fields.seam.value === '';
    this.#fields.feather.element.hidden = !concerns('feather', task, model);
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

/** Packages that were imported without a word about what they know say so. */
const isKnown = (domain: string): boolean => domain !== '' && domain !== UNKNOWN_DOMAIN;

/** Whether codes and layers mean anything to a model. */
const isTrained = (model: ModelInfo | undefined): boolean => !model || model.lastCut !== undefined;

const isLive = (name: Field): name is keyof LiveParams => (LIVE_PARAMS as readonly string[]).includes(name);

/** The first of `wishes` that is offered, or the first offer. */
const pick = <T extends string>(offered: readonly T[], ...wishes: (string | undefined)[]): T =>
  offered.find((item) => item === wishes.find((wish) => offered.some((offer) => offer === wish))) ?? offered[0]!;
