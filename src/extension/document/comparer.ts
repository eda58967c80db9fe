/**
 * Compares methods on the picture: the document's runs, one after the other, each as it would be by itself, so that it is shown, paused,
 * saved and kept as any other. What needs no model is made between them.
 *
 * One that fails ends none of the others. A stop ends the comparison with what there is by then.
 */
import { randomInt } from 'node:crypto';
import { t } from '@vscode/l10n';
import type { TaskId } from '../../engine/generator/manifest.ts';
import { GENERATOR_METHODS } from '../../engine/methods/method.ts';
import type { Likeness } from '../../engine/metrics/likeness.ts';
import { FACTORS } from '../../engine/tasks/superResolve.ts';
import { regionFor } from '../../shared/chosenRegion.ts';
import { LEAST_COMPARED, MOST_COMPARED } from '../../shared/comparison/methods.ts';
import { ORIGINAL, type Compared, type Comparison } from '../../shared/comparison/state.ts';
import type { Result, RunParams } from '../../shared/documentState.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import { DocumentError } from './documentError.ts';
import type { DocumentEvent } from './events.ts';
import type { Executor } from './executor.ts';
import type { KeptWork } from './keptWork.ts';
import type { Runner } from './runner.ts';
import { Measuring } from './measuring.ts';
import type { Original } from './truthDocument.ts';
import type { PlainResult, ReportRequest, Workshop } from './workshop.ts';

/** Seeds that can be read out and typed again, as those of single runs. */
const SEEDS = 1_000_000;

/** One method as it is to be run. */
export interface Contender {
  /** `ComparedMethod.id` */
  readonly id: string;
  readonly title: string;
  /** Absent: no run, but what needs no model. */
  readonly params: RunParams | undefined;
}

export interface ComparerServices {
  readonly workshop: Workshop;
  readonly kept: KeptWork;
  readonly runner: Runner;
  /** The original that a person has given. */
  original(): Original | undefined;
  tell(event: DocumentEvent): void;
}

/** A picture of the comparison: a result of the document, or what no run has made. */
type Made = Result | PlainResult;

/** What is being compared. */
interface Work {
  readonly task: TaskId;
  readonly contenders: readonly Contender[];
  readonly mask: Promise<MaskPatch> | undefined;
  readonly asking: Promise<Executor | undefined>;
  /** A person was asked whether a result of that size is wanted, where that is a question. */
  agreed: boolean;
  /** The run that is going is to be the end of its method alone. */
  skipping: boolean;
  /** Ends what needs no model. */
  readonly ended: AbortController;
}

export class Comparer {
  #state: Comparison | undefined;
  #work: Work | undefined;
  readonly #made = new Map<string, Made>();
  readonly #measuring: Measuring;
  #last = 0;

  constructor(private readonly services: ComparerServices) {
    this.#measuring = new Measuring(services, {
      read: (png) => services.tell({ kind: 'compared', comparison: this.#state!.id, method: ORIGINAL, png }),
      measured: (method, likeness, about) => {
        this.#changeOriginal(about);
        this.#changeMethod(method, { likeness });
      },
      failed: (problem) => this.#changeOriginal({ problem }),
    });
  }

  /** How the last comparison stands; nothing: there has been none. */
  get state(): Comparison | undefined {
    return this.#state;
  }

  get going(): boolean {
    return this.#state?.going === true;
  }

  /** What there is to be seen, by the method's id; `ORIGINAL` is the original. */
  get pictures(): ReadonlyMap<string, Uint8Array> {
    const made = [...this.#made].map(([method, { png }]) => [method, png] as const);
    const original = this.#measuring.original;
    return new Map([...made, ...(original ? [[ORIGINAL, original] as const] : [])]);
  }

  made(method: string): Made | undefined {
    return this.#made.get(method);
  }

  /**
   * Begins a comparison in the place of the one before.
   * @param contenders in the order to run them
   * @param params what the picture and the form say for all of them
   * @throws DocumentError while a run or a comparison is going, and where there is nothing to fill
   */
  async begin(
    task: TaskId,
    contenders: readonly Contender[],
    params: RunParams,
    asking: Promise<Executor | undefined>,
  ): Promise<void> {
    const { kept, runner, original } = this.services;
    if (contenders.length < LEAST_COMPARED || contenders.length > MOST_COMPARED) {
      throw new DocumentError(t('Choose {0} to {1} methods to compare.', LEAST_COMPARED, MOST_COMPARED));
    }
    const refuse = (): void => {
      if (this.going || runner.run?.active) throw new DocumentError('A run of this picture is going. Stop it first.');
    };
    refuse();
    // As they are now, whatever is painted and chosen while methods are run.
    const mask = task === 'inpaint' ? await kept.maskToFill() : undefined;
    const factor = await this.#sameFactor(task, contenders, params);
    refuse();
    const seed = params.seed ?? randomInt(SEEDS);
    const region = params.faces ? undefined : (params.region ?? (kept.region && regionFor(kept.region)));
    const same = { seed, ...(region && { region }), ...(factor && { factor }) };
    this.#work = {
      ...{ task, asking, agreed: false, skipping: false, ended: new AbortController() },
      contenders: contenders.map((one) => ({ ...one, params: one.params && { ...one.params, ...same } })),
      mask: mask && Promise.resolve(mask),
    };
    this.#plainParams = { ...params, ...same };
    this.#made.clear();
    this.#measuring.forget();
    this.#last += 1;
    const given = original();
    this.#state = {
      ...{ id: this.#last, task, going: true, ending: false },
      methods: contenders.map(({ id, title }) => ({ method: id, title, status: 'waiting' })),
      ...(given && { original: { name: given.name } }),
    };
    this.#next();
  }

  /** Ends the comparison: the method that is being run hands over what it has. Who asks again does not want to wait for that. */
  stop(): void {
    if (!this.going) return;
    this.#work!.skipping = false;
    this.#change({ ending: true });
    this.#work!.ended.abort();
    this.services.runner.control('stop');
  }

  /** Goes on with the next method: this one hands over what it has. @param id of the comparison that is meant */
  skip(id: number): void {
    if (!this.going || this.#state!.id !== id) return;
    this.#work!.skipping = true;
    this.services.runner.control('stop');
  }

  /** Something happened to the document; the comparison goes on by it. To be told after everybody else. */
  heard(event: DocumentEvent): void {
    if (event.kind === 'saved') return this.#saved(event.run, event.name);
    if (event.kind === 'sourceChanged' && this.going) {
      return this.#change({
        ending: true,
        note: t('The picture was changed on disk: what was not run by then is left out.'),
      });
    }
    const going = this.#going;
    if (!going) return;
    if (event.kind === 'result') {
      if (event.result && event.result.run === going.run) this.#take(going, event.result);
      return;
    }
    if (event.kind !== 'run' || event.run.id !== going.run) return;
    switch (event.event.kind) {
      case 'assigned':
        this.#work!.agreed = true;
        return;
      case 'stopped':
        // By whatever means a person stops the run of a comparison, the rest is not to follow.
        if (!this.#work!.skipping) this.#change({ ending: true });
        return;
      case 'composed':
        return this.#after(going, { status: 'done' });
      case 'failed':
        return this.#after(going, { status: 'failed', problem: event.event.message });
      case 'cancelled':
        if (!this.#work!.skipping) this.#change({ ending: true });
        return this.#after(going, { status: 'left' });
      default:
        return;
    }
  }

  /** A picture that no run has made is in a file now. */
  savedAs(method: string, name: string): void {
    this.#changeMethod(method, { savedAs: name });
  }

  /** Measures against the original again: it is another one, or another metric is wanted. */
  measureAgain(): void {
    this.#measuring.forget();
    const state = this.#state;
    if (!state) return;
    const given = this.services.original();
    const methods = state.methods.map((compared) => without(compared, 'likeness'));
    this.#state = { ...without(state, 'original'), methods, ...(given && { original: { name: given.name } }) };
    this.#tell();
    for (const { method, status } of methods) if (status === 'done') this.#measure(method);
  }

  /** What its sheet and its page show. @throws DocumentError while nothing is made */
  async report(name: string): Promise<ReportRequest> {
    const state = this.#state;
    if (!state?.methods.some(({ status }) => status === 'done')) {
      throw new DocumentError(t('There is nothing to save of the comparison yet.'));
    }
    const original = await this.#measuring.read();
    return {
      title: t('{0}: methods compared', name),
      lines: state.note === undefined ? [] : [state.note],
      entries: state.methods
        .filter(({ status }) => status === 'done' || status === 'failed')
        .map((compared) => {
          const png = this.#made.get(compared.method)?.png;
          return { row: rowOf(compared), ...(png && compared.status === 'done' && { png }) };
        }),
      others: original
        ? [{ label: t('original'), source: { bytes: original.bytes as Uint8Array<ArrayBuffer>, name: original.name } }]
        : [],
    };
  }

  dispose(): void {
    this.#work?.ended.abort();
    this.#measuring.forget();
    this.#work = undefined;
    if (this.#state) this.#state = { ...this.#state, going: false };
  }

  #plainParams: RunParams = {};

  /**
   * How many times larger all results are, where nobody chose: what the models would choose that are bound to a size, since what draws
   * any size can do that, too. Nothing where all do.
   */
  async #sameFactor(task: TaskId, contenders: readonly Contender[], given: RunParams): Promise<RunParams['factor']> {
    if (task !== 'super-resolve' || given.factor !== undefined) return undefined;
    const { workshop, kept } = this.services;
    const region = given.faces?.[0] ?? (kept.region && regionFor(kept.region));
    const bound = (ofCodes: boolean): RunParams[] => {
      const some = contenders.flatMap(({ params }) => (params && isBound(params, ofCodes) ? [params] : []));
      return some.filter(({ model }, i) => some.findIndex((one) => one.model === model) === i);
    };
    const ofCodes = bound(true);
    const asked = ofCodes.length > 0 ? ofCodes : bound(false);
    if (asked.length === 0) return undefined;
    const { width } = await workshop.inspect();
    const factors = asked.map(async (params) => {
      const plan = await workshop.prepare(task, { ...without(params, 'faces'), ...(region && { region }) });
      return plan.result.width / width;
    });
    // What cannot be run at all says so when its turn comes.
    const found = (await Promise.allSettled(factors)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    return FACTORS.find((factor) => factor === Math.min(...found));
  }

  get #going(): Compared | undefined {
    return this.going ? this.#state!.methods.find(({ status }) => status === 'running') : undefined;
  }

  #next(): void {
    const { methods, ending } = this.#state!;
    const at = methods.findIndex(({ status }) => status === 'waiting');
    if (at < 0 || ending) return this.#end();
    const work = this.#work!;
    const { id, params } = work.contenders[at]!;
    work.skipping = false;
    if (!params) {
      this.#changeMethod(id, { status: 'running' });
      void this.#makePlain(id, work);
      return;
    }
    try {
      const { task, asking, mask, agreed } = work;
      const run = this.services.runner.start(task, params, asking, { fixed: true, agreed, mask });
      this.#changeMethod(id, { status: 'running', run });
    } catch (error) {
      this.#after(methods[at]!, { status: 'failed', problem: messageOf(error) });
    }
  }

  async #makePlain(method: string, work: Work): Promise<void> {
    const mine = () => work === this.#work;
    const compared = () => this.#state!.methods.find((one) => one.method === method)!;
    try {
      const made = await this.services.workshop.plain(work.task, this.#plainParams, await work.mask, work.ended.signal);
      if (!mine()) return;
      this.#keep(method, made);
      this.#after(compared(), { status: 'done', milliseconds: made.milliseconds });
    } catch (error) {
      if (!mine()) return;
      const given = work.ended.signal.aborted;
      this.#after(compared(), given ? { status: 'left' } : { status: 'failed', problem: messageOf(error) });
    }
  }

  #take({ method }: Compared, result: Result): void {
    const { steps, milliseconds, stopped } = result;
    this.#keep(method, result);
    this.#changeMethod(method, { steps, milliseconds, ...(stopped && { stopped }) });
  }

  #keep(method: string, made: Made): void {
    this.#made.set(method, made);
    this.services.tell({ kind: 'compared', comparison: this.#state!.id, method, png: made.png });
  }

  #after({ method }: Compared, change: Partial<Compared>): void {
    this.#changeMethod(method, change);
    if (change.status === 'done') this.#measure(method);
    this.#next();
  }

  #end(): void {
    const methods = this.#state!.methods.map((method): Compared =>
      method.status === 'waiting' ? { ...method, status: 'left' } : method,
    );
    this.#work = undefined;
    this.#change({ going: false, ending: false, methods });
  }

  #saved(run: number, name: string): void {
    const method = this.#state?.methods.find((one) => one.run === run);
    if (method) this.#changeMethod(method.method, { savedAs: name });
  }

  #measure(method: string): void {
    const made = this.#made.get(method);
    if (made) this.#measuring.measure(this.#state!.task, method, made.png);
  }

  #changeOriginal(change: Partial<NonNullable<Comparison['original']>>): void {
    const { original } = this.#state!;
    if (original) this.#change({ original: { ...original, ...change } });
  }

  #changeMethod(method: string, change: Partial<Compared>): void {
    const state = this.#state;
    if (!state) return;
    this.#change({ methods: state.methods.map((one) => (one.method === method ? { ...one, ...change } : one)) });
  }

  #change(change: Partial<Comparison>): void {
    this.#state = { ...this.#state!, ...change };
    this.#tell();
  }

  #tell(): void {
    this.services.tell({ kind: 'comparison', comparison: this.#state });
  }
}

/** Whether a run is of a model that draws pictures of its own size, or enlarges by a factor of its own. */
const isBound = ({ method }: RunParams, ofCodes: boolean): boolean =>
  ofCodes ? method !== undefined && (GENERATOR_METHODS as readonly string[]).includes(method) : method === undefined;

/** As tables have it. */
function rowOf({ title, likeness, milliseconds, steps, problem }: Compared): ReportRequest['entries'][number]['row'] {
  const measured: Likeness | undefined = likeness && { ...likeness, psnr: likeness.psnr ?? Infinity };
  return {
    method: title,
    ...measured,
    ...(milliseconds !== undefined && { seconds: milliseconds / 1000 }),
    ...(steps !== undefined && { steps }),
    ...(problem !== undefined && { problem }),
  };
}

function without<T extends object, K extends keyof T>(value: T, name: K): Omit<T, K> {
  const { [name]: gone, ...rest } = value;
  void gone;
  return rest;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
