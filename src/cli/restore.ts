/** Runs one task on one image after another, or on one exact target. */
import { basename, join } from 'node:path';
import type { Backend } from '../engine/backends/backend.ts';
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Picture, Planes } from '../engine/image/picture.ts';
import type { Job, Outcome, RunEvent } from '../engine/inversion/job.ts';
import { run, RunControl, type Drafter } from '../engine/inversion/run.ts';
import type { Lpips } from '../engine/metrics/lpips.ts';
import { compareWithTruth, type Comparison } from '../engine/metrics/likeness.ts';
import { finish, prepare, resultSize, type Prepared, type TaskOptions } from '../engine/tasks/index.ts';
import { writeNpy } from '../importers/npy.ts';
import { openBackend } from '../node/backends.ts';
import { decodePicture, encodePng, inspectPicture, readBytes } from '../node/codecs/index.ts';
import { openLpips } from '../node/lpips.ts';
import { writeFiles, type NewFile } from '../node/files.ts';
import { isGenerator, type Prior } from '../engine/prior.ts';
import { UNTRAINED } from '../engine/untrained/manifest.ts';
import { namesOf } from '../engine/untrained/network.ts';
import { asked, AUTO, domainNotes } from '../node/familiarPriors.ts';
import { recordOf } from '../node/record.ts';
import { besideResult } from '../node/recordPlace.ts';
import { sha256 } from '../node/sha256.ts';
import { listedAlone, listPictures, type Listed } from '../node/batch/listing.ts';
import { pixelsOf } from '../node/batch/pixels.ts';
import { BatchReport } from '../node/batch/report.ts';
import type { Facts } from '../node/batch/report.ts';
import { shardOf } from '../node/batch/shard.ts';
import { portionOf, runBatch, type Make, type Placed } from './batch.ts';
import type { RestoreOptions } from './commands/restore.ts';
import { EXIT, note, problemOf, report as tellError, UsageError } from './errors.ts';
import { notesOfFaces } from '../engine/faces/notes.ts';
import { facesOf } from './faces.ts';
import { runFaces } from './faceRuns.ts';
import { prepareExactTarget } from './exactTarget.ts';
import { EngineError } from '../engine/errors.ts';
import { readInit, type Init } from './init.ts';
import { aloneInstead, openStart } from './startFrom.ts';
import { Interruption } from './interruption.ts';
import { readList } from './list.ts';
import { readMask } from './mask.ts';
import { outputFiles } from './outputs.ts';
import { sortInputs } from '../node/batch/ownResults.ts';
import { toJson } from '../node/report/json.ts';
import { checkPlaces } from './places.ts';
import { COMPOSING, ENCODING, duration, Progress } from './progress.ts';
import { checkSize, resultFiles } from './resultFiles.ts';
import { say } from './thread.ts';
import { openTools, type Tools, type ToolsFor } from './tools.ts';
import { describeComparison, readTruth, truthOf } from './truth.ts';

/** What all images of a call share. */
interface Workshop {
  readonly task: TaskId;
  readonly backend: Backend;
  readonly lpips: Lpips | undefined;
  readonly init: Init | undefined;
  /** Makes what runs begin with and are held to. */
  readonly start: Drafter | undefined;
  /** How the mask's file was understood, where that was a guess. */
  readonly maskNotes: readonly string[];
  readonly options: RestoreOptions;
  /** What is to be used for a picture. */
  readonly toolsFor: ToolsFor;
}

/** A run that is ready to begin. */
interface Ready extends Prepared, Tools {
  readonly source: Picture;
  readonly bytes: Uint8Array;
}

/** One run to be: where its pixels come from, and where its result goes. */
interface Work {
  /** Names it in messages. */
  readonly name: string;
  readonly output: string | undefined;
  prepare(workshop: Workshop, signal: AbortSignal): Promise<Ready>;
}

/** How a run is stopped, and who hears of its progress. */
interface Attention {
  readonly control: RunControl;
  readonly signal: AbortSignal;
  hear?(event: RunEvent): void;
}

/** Sets the exit status; errors that concern one image of several are reported and the next one follows. */
export async function restore(task: TaskId, named: readonly string[], options: RestoreOptions): Promise<void> {
  const { target } = options;
  if (target !== undefined) return restoreAlone(targetWork(task, target, options), task, options);
  const { placed, isBatch } = await placedOf(task, named, options);
  const [first] = placed;
  if (!first) return void say('There is nothing to do.');
  if (!isBatch) return restoreAlone(imageWork(first), task, options);
  const interruption = new Interruption();
  try {
    await runBatch(task, placed, options, interruption, () => openMake(task, options));
  } catch (error) {
    tellError(error, first.name);
    process.exitCode = EXIT.failed;
  } finally {
    interruption.dispose();
  }
}

/** One run by itself: its result may not be there already. */
async function restoreAlone(work: Work, task: TaskId, options: RestoreOptions): Promise<void> {
  const { name, output } = work;
  await checkResultPlaces(name, output, options);
  const report = options.report === undefined ? undefined : new BatchReport(options.report);
  const workshop = await openWorkshop(task, options);
  const interruption = new Interruption();
  try {
    const { signal } = interruption;
    const facts = await restoreOne(work, options.truth, workshop, { control: interruption.control(), signal });
    report?.add({ input: name, ...(output !== undefined && { output }), status: 'done', task, ...facts });
  } catch (error) {
    tellError(error, name);
    report?.add({ input: name, status: 'failed', task, error: problemOf(error, name) });
    process.exitCode = EXIT.failed;
  } finally {
    interruption.dispose();
  }
}

/** Opens what all pictures of a batch share. @returns makes one of them */
export async function openMake(task: TaskId, options: RestoreOptions): Promise<Make> {
  const workshop = await openWorkshop(task, options);
  return async (placed, { obey, tell }) => {
    const { name, output, within } = placed;
    await checkResultPlaces(name, output, options);
    const original = options.truth === undefined ? undefined : await truthOf(options.truth, within);
    if (options.truth !== undefined && original === undefined) note(`${options.truth} holds no original of it.`, name);
    const [control, given] = [new RunControl(), new AbortController()];
    obey((order) => {
      control[order]();
      if (order === 'stop') given.abort(new EngineError('It was stopped.'));
    });
    const hear = (event: RunEvent): void => {
      if (event.kind === 'progress') tell(event.step / event.iterations, event.etaMs);
    };
    return restoreOne(imageWork(placed), original, workshop, { control, signal: given.signal, hear });
  };
}

/** What a call is to make. What is left of several images is a batch, too: what is done is skipped, and not an error. */
async function placedOf(
  task: TaskId,
  named: readonly string[],
  options: RestoreOptions,
): Promise<{ placed: Placed[]; isBatch: boolean }> {
  const all = options.list === undefined ? named : [...named, ...(await readList(options.list))];
  const listed = await withoutResults(await listPictures(all, options));
  const isBatch = listed.length !== 1 || named.length !== 1 || listed[0]!.path !== named[0];
  const outputs = outputFiles(listed, task, options.out);
  const placed = listed.map(({ path, within }, i) => ({ name: path, within, output: outputs[i]! }));
  if (!options.shard) return { placed, isBatch };
  const weighed = [];
  for (const one of placed) weighed.push({ ...one, pixels: await pixelsOf(one.name) });
  return { placed: shardOf(weighed, options.shard), isBatch };
}

/** The images of a call without what is a result of an earlier one. */
async function withoutResults(listed: readonly Listed[]): Promise<Listed[]> {
  const { images, results } = await sortInputs(listed.map(({ path }) => path));
  const what =
    results.length > 1
      ? 'results of this program (one named alone is taken)'
      : 'a result of this program (named alone it is taken)';
  if (results.length > 0) say(`left out: ${results.join(', ')}, ${what}`);
  const kept = new Set(images);
  return listed.filter(({ path }) => kept.has(path));
}

async function restoreOne(
  work: Work,
  original: string | undefined,
  workshop: Workshop,
  { control, signal, hear }: Attention,
): Promise<Facts> {
  const { task, backend, lpips, options, init, start, maskNotes } = workshop;
  const progress = new Progress(`${task} ${work.name}`);
  const wanted = await work.prepare(workshop, signal);
  const prepared = knows(wanted) || !start ? wanted : { ...wanted, ...aloneInstead(start, wanted), prior: start };
  const { prior, network, settings } = prepared;
  for (const text of [...maskNotes, ...prepared.notes]) progress.line(text);
  if (work.output !== undefined) checkSize(work.output, prepared.frame, prepared.source);
  // Read before the run: an original of another size is found before minutes of work.
  const size = resultSize(prepared.frame, prepared.source);
  const truth = original === undefined ? undefined : await readTruth(original, size);
  const started = init && isGenerator(prior) && { init: await init.values(prior, prepared.job) };
  const drafter = isGenerator(prior) ? start : undefined;
  const job: Job = { ...prepared.job, ...started };
  const { layer, codes, iterations, seed } = job;
  const space = job.latent ? ` of ${job.latent.toUpperCase()}` : '';
  const cut = isGenerator(prior) ? `layer ${layer}, ${codes} ${codes === 1 ? 'code' : 'codes'}${space}, ` : '';
  if (drafter)
    progress.line(`it begins with what ${drafter.manifest.id} makes of it, in ${job.anchor!.steps} of its steps`);
  progress.line(
    `${prior.manifest.id}, ${cut}${iterations} ${iterations === 1 ? 'step' : 'steps'}, seed ${seed}, ${backend.name}`,
  );
  // A picture in tiles takes those of every tile.
  let planned = iterations;
  const emit = (event: RunEvent): void => {
    if (event.kind === 'progress') planned = event.iterations;
    progress.show(event);
    hear?.(event);
  };
  const { source, frame } = prepared;
  const rest = settings.faces && task === 'super-resolve' ? options.rest : undefined;
  const tell = progress.telling(COMPOSING);
  const whole = async () => {
    const given = { ...(network && { phi: network.phi }), ...(drafter && { drafter }) };
    const outcome = await run(backend, prior, job, { control, emit, ...given });
    progress.clear();
    return { outcome, faces: undefined, picture: finish(task, source, outcome.x, frame, settings, tell) };
  };
  const together = { task, source, backend, prior, network, settings, rest, control, emit, tell };
  const made = await (settings.faces ? runFaces(together) : whole()).finally(() => progress.clear());
  const { outcome, picture: result } = made;
  const perceive = lpips && ((a: Planes, b: Planes) => lpips.distance(a, b));
  const comparison = truth && (await compareWithTruth(truth, task, source, result, perceive));
  const record = recordOf({
    ...{ manifest: prior.manifest, job, outcome, rest },
    options: { ...settings, ...(made.faces && { faces: made.faces }) },
    source: { name: basename(work.name), bytes: prepared.bytes },
    mask: settings.unknown && encodePng(settings.unknown),
    network: network?.sha256,
    start: drafter?.manifest,
    ...(options.init !== undefined && { unrepeatable: 'It started from arrays given with --init.' }),
    ...(options.target !== undefined && { unrepeatable: 'It was made from an array given with --target.' }),
  });
  const files =
    work.output === undefined
      ? []
      : await resultFiles(work.output, result, record, options, progress.telling(ENCODING));
  progress.clear();
  await writeResults(files, prior, options, job, outcome, comparison);
  const stopped = outcome.stopped ? ` after ${outcome.steps} of ${planned} steps` : '';
  progress.line(`done${stopped} in ${duration(outcome.milliseconds)}${work.output ? `: ${work.output}` : ''}`);
  if (comparison) progress.line(describeComparison(comparison));
  if (comparison?.lpipsProblem !== undefined) progress.line(`LPIPS is missing: ${comparison.lpipsProblem}`);
  const [picture] = files;
  return {
    ...{ model: prior.manifest.id, steps: outcome.steps, seconds: outcome.milliseconds / 1000 },
    ...(outcome.stopped && { stopped: true as const }),
    ...{ width: result.width, height: result.height, inputSha256: sha256(prepared.bytes) },
    ...(work.output !== undefined && picture && { outputSha256: sha256(picture[1]) }),
    ...(comparison && { psnr: finite(comparison.result.psnr), ssim: comparison.result.ssim }),
  };
}

/** JSON knows no infinity. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** @param files the picture, and what belongs beside it */
async function writeResults(
  files: NewFile[],
  prior: Prior,
  options: RestoreOptions,
  job: Job,
  outcome: Outcome,
  comparison: Comparison | undefined,
): Promise<void> {
  if (options.state !== undefined) {
    const arrays = Object.entries({ ...outcome.parameters, x: outcome.x });
    for (const [name, array] of arrays) files.push([join(options.state, `${name}.npy`), writeNpy(array)]);
  }
  if (options.trace !== undefined) {
    const { losses, steps, stopped, backend, milliseconds } = outcome;
    const run = { task: job.task, model: prior.manifest.id, seed: job.seed, steps, stopped, backend, milliseconds };
    const trace = toJson({ loss: losses, ...run, ...(comparison && { comparison }) });
    files.push([options.trace, new TextEncoder().encode(`${trace}\n`)]);
  }
  await writeFiles(files, options.force === true);
}

const checkResultPlaces = (name: string, output: string | undefined, options: RestoreOptions): Promise<void> => {
  const { model, trace, state, record, force = false, mask, truth, init, lpips } = options;
  const beside = output !== undefined && (record === 'json' || record === 'both') ? besideResult(output) : undefined;
  const arrays = (folder: string, names: readonly string[]) => names.map((array) => join(folder, `${array}.npy`));
  const states =
    state === undefined
      ? []
      : arrays(state, [
          ...(model === UNTRAINED.id ? [] : ['z', 'alpha']),
          ...(model === UNTRAINED.id || model === AUTO ? namesOf(options.method) : []),
          'x',
        ]);
  const starts = init === undefined ? [] : arrays(init, ['z', 'w', 'alpha', 'styles']);
  return checkPlaces(
    [['--out', output], ['--out', beside], ['--trace', trace], ...states.map((path) => ['--state', path] as const)],
    { inputs: [name, mask, truth, lpips, ...starts], force },
  );
};

async function openWorkshop(task: TaskId, options: RestoreOptions): Promise<Workshop> {
  if (options.init !== undefined && options.model === UNTRAINED.id) {
    throw new UsageError(`--init belongs to trained generators, not to ${UNTRAINED.id}.`);
  }
  if (options.startFrom !== undefined && options.model === UNTRAINED.id) {
    throw new UsageError(`--start-from belongs to trained generators, not to ${UNTRAINED.id}.`);
  }
  const { startFrom } = options;
  if (startFrom !== undefined && (options.init ?? options.target) !== undefined) {
    throw new UsageError('--start-from starts from a picture: leave out --init and --target.');
  }
  const start = startFrom === undefined ? undefined : await openStart(startFrom, task, options.noise);
  const init = options.init === undefined ? undefined : await readInit(options.init, options.codes);
  const read = options.mask === undefined ? undefined : await readMask(options.mask, options.maskAlpha);
  const toolsFor = await openTools(task, options, init, read?.mask, start);
  const backend = await openBackend(options.device, portionOf(options));
  const lpips = options.lpips === undefined ? undefined : await openLpips(options.lpips, backend);
  return { task, backend, lpips, init, start, maskNotes: read?.notes ?? [], options, toolsFor };
}

const imageWork = ({ name, output }: Placed): Work => ({
  ...{ name, output },
  async prepare({ task, options, toolsFor }, signal) {
    const bytes = await readBytes(name);
    const source = await decodePicture(bytes, name);
    for (const changed of inspectPicture(bytes, name).notes) note(changed, name);
    if (options.faces === undefined || options.faces === 'off') {
      const tools = await toolsFor(source);
      return {
        ...tools,
        ...withNotes(tools.prior, prepare(task, source, tools.prior.manifest, tools.settings)),
        source,
        bytes,
      };
    }
    const { tools, faces } = await facesOf(name, source, options, toolsFor, signal);
    const { manifest } = tools.prior;
    const all = faces.map((region) =>
      withNotes(tools.prior, prepare(task, source, manifest, { ...tools.settings, region })),
    );
    const first = { ...all[0]!, notes: notesOfFaces(all.map(({ notes }) => notes)) };
    // Together they make one picture, so all of them are enlarged alike.
    const factor = task === 'super-resolve' ? { factor: first.job.factor } : {};
    const settings: TaskOptions = { ...tools.settings, ...factor, faces };
    return { ...tools, ...first, settings, source, bytes };
  },
});

/** Whether the prior knows what it is given, as far as that can be told. */
const knows = ({ prior, ...prepared }: Prepared & { readonly prior: Prior }): boolean =>
  !isGenerator(prior) || asked(prepared, prior.bank).told?.known !== false;

/** With what is to be said of how well the prior knows what it is given. */
const withNotes = (prior: Prior, prepared: Prepared): Prepared =>
  isGenerator(prior)
    ? { ...prepared, notes: [...prepared.notes, ...domainNotes(prior.manifest, asked(prepared, prior.bank))] }
    : prepared;

const targetWork = (task: TaskId, target: string, { out }: RestoreOptions): Work => ({
  name: target,
  output: out === undefined ? undefined : outputFiles([listedAlone(target)], task, out)[0],
  async prepare({ toolsFor }) {
    const tools = await toolsFor(undefined);
    const prepared = await prepareExactTarget(target, task, tools.prior.manifest, tools.settings);
    return { ...tools, ...prepared, ...withNotes(tools.prior, prepared), bytes: await readBytes(target) };
  },
});
