/** A document's heavy work, done by the worker thread. */
import { randomInt, randomUUID } from 'node:crypto';
import { t } from '@vscode/l10n';
import type { Rest } from '../engine/faces/rest.ts';
import type { Landmarks } from '../engine/faces/alignment.ts';
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Checkpoint, Outcome, RunEvent } from '../engine/inversion/job.ts';
import type { Comparison } from '../engine/metrics/likeness.ts';
import { isQuick, isTrained, makesInOnePass, type PriorManifest } from '../engine/prior.ts';
import {
  defaults,
  isTurned,
  resultSize,
  type Frame,
  type Size,
  type TaskOptions,
  type TellShare,
} from '../engine/tasks/index.ts';
import { formatProblem, resultFormat } from '../node/codecs/formats.ts';
import type { Distances } from '../node/familiarPriors.ts';
import { editedRecord, parseRecord, recordOf } from '../node/record.ts';
import type { MaskAlpha, MaskQuestion } from '../node/maskMeaning.ts';
import type { RunThread } from '../node/thread.ts';
import { NOT_HELD } from '../shared/threadProtocol.ts';
import type { MaskPlane } from '../shared/mask/plane.ts';
import type { MaskPatch } from '../shared/mask/patch.ts';
import type { RunParams, Result, Setup } from '../shared/documentState.ts';
import type { NamedDirection } from '../shared/exploration.ts';
import type {
  Composed,
  Composing,
  HostRun,
  LoadedMask,
  Plan,
  PlainResult,
  ReportFormat,
  ReportRequest,
  Trials,
  Workshop,
} from './document/workshop.ts';
import { withSettings, type ChosenPerceptual, type Models } from './models.ts';
import type { Settings } from './settings.ts';

/** Seeds drawn for runs without one: short enough to be read out and typed again. */
const SEEDS = 1_000_000;

/** One picture's surroundings; all but its name may change at any time. */
export interface Surroundings {
  /** The picture's file name, for messages. */
  readonly name: string;
  read(): Promise<Uint8Array>;
  settings(): Settings;
  models(): Models;
  /** Shows that something takes long, and lets people give it up. @throws CancellationError when they have */
  patiently<T>(title: string, work: (signal: AbortSignal, tell: TellShare) => Promise<T>): Promise<T>;
  /** Asks whether a result of this size is wanted. */
  agreeToSize(size: Size): Promise<boolean>;
  /** Where the detector of faces lies, if there is one. */
  detector(): string | undefined;
  /** Where the LPIPS metric lies, if it is to be measured. */
  lpips(): string | undefined;
}

/** The options of a run over faces name all of those that are in the picture. */
function withFaces(options: TaskOptions, parts: readonly { readonly frame: Frame }[], around?: Rest): TaskOptions {
  const { region, ...rest } = options;
  const faces = parts.flatMap(({ frame }) => (frame.region && isTurned(frame.region) ? [frame.region] : []));
  return parts.length > 1 || around ? { ...rest, faces } : { ...rest, ...(region && { region }) };
}

const takesSteps = (manifest: PriorManifest, { method }: RunParams): boolean =>
  !makesInOnePass(manifest) && method !== 'one-pass';

/** A result of more pixels takes minutes to make and to save, and a hundred megabytes of a disk. */
const HUGE = 40e6;

export class ThreadWorkshop implements Workshop {
  readonly #held = new WeakMap<Uint8Array, string>();

  constructor(
    private readonly thread: RunThread,
    private readonly around: Surroundings,
  ) {}

  get device(): Settings['device'] {
    return this.around.settings().device;
  }

  async inspect(): Promise<{ width: number; height: number }> {
    const { width, height } = await this.thread.inspect({ source: this.#named(await this.around.read()) });
    return { width, height };
  }

  async prepare(task: TaskId, { model, perceptual: wish, ...params }: RunParams, mask?: MaskPatch): Promise<Plan> {
    const models = this.around.models();
    const source = await this.around.read();
    const distances = model === undefined ? await this.#distances(models, source) : undefined;
    const { folder, manifest } = await models.choose(task, model, distances);
    const { perceptual, network }: ChosenPerceptual = isTrained(manifest)
      ? await models.perceptual(wish, manifest.resolution)
      : { perceptual: { kind: 'none' } };
    // A rate that a person sets is the peak of the model's schedule, not a constant as on the command line.
    const preset = params.preset && { preset: params.preset };
    const { schedule } = defaults(task, manifest, preset);
    const seed = randomInt(SEEDS);
    const settings = this.around.settings();
    const { memory, precision } = settings;
    const options = {
      ...(isTrained(manifest)
        ? withSettings(task, manifest, settings, preset)
        : settings.iterations !== undefined && takesSteps(manifest, params) && { iterations: settings.iterations }),
      ...{ schedule, seed, ...params, perceptual },
      ...(memory !== undefined && { memory }),
      ...(precision === 'mixed' && { precision }),
    };
    const masked = { ...(mask && { mask }) };
    const named = this.#named(source);
    const [prepared, size] = await Promise.all([
      this.thread.prepare({ source: named, task, model: folder, options, ...masked }),
      this.thread.inspect({ source: named }),
    ]);
    const result = resultSize(prepared.frame, size);
    const unfit = formatProblem(resultFormat(settings.output.trim()), result);
    // Only a note: Save As may choose another format.
    const notes = unfit === undefined ? [] : [`The result is too large for the format of "ganPrior.output": ${unfit}.`];
    return {
      ...prepared,
      notes: [...prepared.notes, ...notes],
      result,
      source,
      manifest,
      folder,
      ...(network && { network }),
      ...masked,
      options,
      changes: [],
    };
  }

  async agree({ result }: Plan): Promise<boolean> {
    return result.width * result.height <= HUGE || this.around.agreeToSize(result);
  }

  async observe(plan: Plan, mask: MaskPatch): Promise<Plan> {
    const { folder, source, options } = plan;
    const { task } = plan.job;
    const asked = { task, model: folder, options, mask };
    const held = this.#holds(source);
    // A stroke needs the picture again, which the thread has decoded for the one before.
    const { job, scene } = await this.thread.prepare({ source: { held }, ...asked }).catch((error: Error) => {
      if (error.message !== NOT_HELD) throw error;
      return this.thread.prepare({ source: { ...this.#named(source), hold: held }, ...asked });
    });
    return { ...plan, mask, scene, job: { ...plan.job, target: job.target, ...(job.known && { known: job.known }) } };
  }

  start(
    { job, manifest, folder, network, scene }: Plan,
    checkpoint: Checkpoint | undefined,
    emit: (event: RunEvent) => void,
  ): HostRun {
    const { device } = this.around.settings();
    const run = {
      job,
      model: folder,
      scene,
      // Where a GPU is asked for, that is for the steps; one pass of small networks has none.
      device: isQuick(manifest, job) && device === 'webgpu' ? ('auto' as const) : device,
      ...(network && { network: network.folder }),
      ...(checkpoint && { resumeFrom: checkpoint }),
    };
    const { control, amend, outcome } = this.thread.run(run, emit);
    return { control, amend, done: outcome.then(() => undefined) };
  }

  async explore(plan: Plan, outcome: Outcome, directions: readonly NamedDirection[]): Promise<Trials> {
    const { folder, frame, source, options, mask } = plan;
    const { codesAtOnce } = outcome;
    const job = { ...plan.job, ...(codesAtOnce !== undefined && { codesAtOnce }) };
    const { device } = this.around.settings();
    const session = randomUUID();
    const open = () =>
      this.thread.explore({
        ...{ session, model: folder, job, frame, options, values: outcome.parameters, x: outcome.x },
        directions: [...directions],
        // Where a GPU is asked for, that is for the steps.
        device: device === 'webgpu' ? 'auto' : device,
        source: this.#named(source),
        ...(mask && { mask }),
      });
    // The thread holds one run at a time, and none after it has died.
    const held = <T>(ask: () => Promise<T>): Promise<T> =>
      ask().catch(async (error: Error) => {
        if (error.message !== NOT_HELD) throw error;
        await open();
        return ask();
      });
    return {
      explorable: await open(),
      show: (exploration, soon) =>
        held(() => this.thread.tryOut({ session, exploration, want: soon ? 'soon' : 'whole' })),
      make: async (exploration) => (await held(() => this.thread.tryOut({ session, exploration, want: 'made' }))).made!,
      thumbnails: async (part, side) => (await held(() => this.thread.thumbnails({ session, part, side }))).pictures,
      viewPart: async (part, view) => (await held(() => this.thread.viewPart({ session, part, view }))).shown,
      leave: () => this.thread.leave(session),
    };
  }

  async compose(plan: Plan, outcome: Outcome, { signal, tell, edit, earlier = [] }: Composing = {}): Promise<Composed> {
    const { job, frame, source, options, mask, manifest, network, changes, rest } = plan;
    const onto = earlier.map(({ plan, outcome }) => ({ x: outcome.x, frame: plan.frame }));
    const steps = earlier.reduce((sum, { outcome }) => sum + outcome.steps, outcome.steps);
    const given = {
      source: this.#named(source),
      task: job.task,
      x: outcome.x,
      frame,
      options,
      onto,
      ...(rest && { rest }),
    };
    const [composed, maskFile] = await Promise.all([
      // Whoever gives it up ends the thread.
      this.thread.apart((apart) => apart.finish({ ...given, ...(mask && { mask }) }, tell), signal),
      mask && this.encodeMask(mask),
    ]);
    const record = recordOf({
      ...{ manifest, job, outcome: { ...outcome, steps } },
      // The thread takes the mask's greys as they are.
      options: { ...withFaces(options, [...onto, plan], rest), ...(mask && { softMask: true }) },
      rest,
      source: { name: this.around.name, bytes: source },
      mask: maskFile,
      network: network?.sha256,
      ...(changes.length > 0 && { unrepeatable: 'It was changed while it ran.' }),
    });
    return { ...composed, record: edit ? editedRecord(parseRecord(record)!, edit, true) : record };
  }

  async compareWithTruth(
    truth: Uint8Array,
    name: string,
    { task, png }: Pick<Result, 'task' | 'png'>,
    signal: AbortSignal,
  ): Promise<Comparison> {
    const path = this.around.lpips();
    const given = {
      truth: { bytes: truth as Uint8Array<ArrayBuffer>, name },
      source: this.#named(await this.around.read()),
      task,
      result: png,
      ...(path !== undefined && { lpips: { path, device: this.around.settings().device } }),
    };
    // LPIPS of a large picture takes minutes, which no run should wait for.
    return this.thread.apart((apart) => apart.compareWithTruth(given), signal);
  }

  async plain(task: TaskId, params: RunParams, mask: MaskPatch | undefined, signal: AbortSignal): Promise<PlainResult> {
    const { factor, noise, region, faces, seam, feather } = params;
    const options = {
      ...(factor !== undefined && { factor }),
      ...(noise !== undefined && { noise }),
      ...(region && { region }),
      ...(faces && { faces }),
      ...(seam !== undefined && { seam }),
      ...(feather !== undefined && { feather }),
    };
    const asked = { source: this.#named(await this.around.read()), task, options, ...(mask && { mask }) };
    return this.thread.apart((apart) => apart.plain(asked), signal);
  }

  async report(format: ReportFormat, asked: ReportRequest, signal: AbortSignal): Promise<Uint8Array> {
    return (await this.thread.apart((apart) => apart.report({ ...asked, format }), signal)).bytes;
  }

  get detects(): boolean {
    return this.around.detector() !== undefined;
  }

  async findFaces(): Promise<Landmarks[]> {
    const detector = this.around.detector();
    if (detector === undefined)
      throw new Error(t('There is no face detector here: download it, or mark faces by hand.'));
    const source = this.#named(await this.around.read());
    const { faces } = await this.around.patiently(t('Looking for faces in {0}', this.around.name), (signal, tell) =>
      this.thread.apart((apart) => apart.faces({ source, detector }, tell), signal),
    );
    return faces.map(({ landmarks }) => landmarks);
  }

  packMask(mask: MaskPlane): Promise<MaskPatch> {
    // The message is a copy of its own by the time that this returns.
    return this.thread.packMask({ mask });
  }

  decodeMask(bytes: Uint8Array, name: string): Promise<MaskPatch> {
    return this.thread.decodeMask({ source: { bytes: bytes as Uint8Array<ArrayBuffer>, name } });
  }

  readMask(bytes: Uint8Array, name: string, alpha?: MaskAlpha): Promise<LoadedMask | MaskQuestion> {
    const source = { bytes: bytes as Uint8Array<ArrayBuffer>, name };
    return this.around.patiently(t('Reading the mask {0}', name), (signal) =>
      this.thread.apart((apart) => apart.readMask({ source, ...(alpha && { alpha }) }), signal),
    );
  }

  async encodeMask(mask: MaskPatch, signal?: AbortSignal): Promise<Uint8Array> {
    return (await this.thread.apart((apart) => apart.encodeMask({ mask }), signal)).png;
  }

  /** The name that the thread holds a picture under. */
  #holds(source: Uint8Array): string {
    const name = this.#held.get(source) ?? randomUUID();
    this.#held.set(source, name);
    return name;
  }

  /** What the editor offers for the picture. */
  async setup(): Promise<Setup> {
    const models = this.around.models();
    const source = await this.around.read().catch(() => undefined);
    const setup = await models.setup(source && (await this.#distances(models, source)));
    return { ...setup, ...(this.detects && { detector: true }) };
  }

  /** How far the picture lies from what the models know; nothing where it cannot be read, which is told elsewhere. */
  async #distances(models: Models, source: Uint8Array): Promise<Distances | undefined> {
    const asked = await models.askable();
    return this.thread.distances({ source: this.#named(source), models: asked }).catch(() => undefined);
  }

  #named(bytes: Uint8Array): { bytes: Uint8Array<ArrayBuffer>; name: string } {
    // VS Code hands out views of ordinary buffers.
    return { bytes: bytes as Uint8Array<ArrayBuffer>, name: this.around.name };
  }
}
