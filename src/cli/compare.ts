/** Runs several methods on one picture and reports them side by side. */
import { basename } from 'node:path';
import type { Backend } from '../engine/backends/backend.ts';
import { degrade } from '../engine/baselines/degrade.ts';
import { FeedForward } from '../engine/baselines/feedForward.ts';
import { plainName, plainResult } from '../engine/baselines/plain.ts';
import type { FeedForward as FeedForwardModel } from '../engine/feedForward/network.ts';
import { feedForwardDefaults } from '../engine/feedForward/settings.ts';
import type { Generator } from '../engine/generator/generator.ts';
import type { Graph } from '../engine/graph/graph.ts';
import type { Picture } from '../engine/image/picture.ts';
import { toPicture, toPlanes } from '../engine/image/planes.ts';
import { resample } from '../engine/image/resample.ts';
import { run } from '../engine/inversion/run.ts';
import { isMethod, UNTRAINED_METHODS, type MethodId } from '../engine/methods/method.ts';
import { likeness } from '../engine/metrics/likeness.ts';
import type { Lpips } from '../engine/metrics/lpips.ts';
import { isFeedForward } from '../engine/prior.ts';
import { finish, prepare, type Size, type TaskOptions } from '../engine/tasks/index.ts';
import { UNTRAINED } from '../engine/untrained/manifest.ts';
import { openBackend } from '../node/backends.ts';
import { encodePng, readBytes, readPicture } from '../node/codecs/index.ts';
import { openLpips } from '../node/lpips.ts';
import { writeFiles, type NewFile } from '../node/files.ts';
import { generatorOf, openModel } from '../node/models.ts';
import { openPrior } from '../node/priors.ts';
import { modelRoots } from '../node/store/home.ts';
import { PLAIN, type CompareOptions } from './commands/compare.ts';
import { EXIT, report, UsageError } from './errors.ts';
import { Interruption } from './interruption.ts';
import { readMask } from './mask.ts';
import { COLUMNS, comparisonPage, comparisonSheet, type Compared, type Comparison } from '../node/report/comparison.ts';
import { toJson } from '../node/report/json.ts';
import { choosePerceptual } from './perceptual.ts';
import { table } from '../node/report/measures.ts';
import { checkPlaces } from './places.ts';
import { Progress } from './progress.ts';
import { say } from './thread.ts';
import { readTruth } from './truth.ts';

/** What is compared: the picture to restore, and what is known about it. */
interface Subject {
  readonly name: string;
  /** The perceptual network that the settings name. */
  readonly phi: Graph | undefined;
  readonly source: Picture;
  readonly truth: Picture | undefined;
  readonly settings: TaskOptions;
  /** Size of every result. */
  readonly size: Size;
}

interface Entry extends Pick<Compared, 'method' | 'seconds' | 'steps' | 'problem'> {
  /** Absent: there is a problem instead. */
  readonly picture?: Picture;
}

export async function compare(image: string | undefined, options: CompareOptions): Promise<void> {
  const { out, html, json, truth, mask, lpips: metric, force = false } = options;
  await checkPlaces(
    [
      ['--out', out],
      ['--html', html],
      ['--json', json],
    ],
    { inputs: [image, truth, mask, metric], force },
  );
  const generator = generatorOf(await openModel(options.model, modelRoots()));
  const subject = await readSubject(image, generator, options);
  const backend = await openBackend(options.device);
  const lpips = options.lpips === undefined ? undefined : await openLpips(options.lpips, backend);
  // All files are read before the first run, so that none is found damaged after minutes of work.
  const networks = await openNetworks(backend, options);
  const models = await openModels(options);
  const interruption = new Interruption();
  try {
    // Reconstruction degrades nothing: what came is the original.
    const entries: Entry[] = subject.source === subject.truth ? [] : [untouched(subject, options)];
    const failures: unknown[] = [];
    for (const method of options.methods) {
      if (interruption.requested) break;
      const network = networks.get(method);
      const running = network
        ? runNetwork(basename(method, '.onnx'), network, subject)
        : method === PLAIN
          ? Promise.resolve(plain(subject, options))
          : runMethod(method, subject, models.get(method) ?? generator, backend, options, interruption);
      entries.push(
        await running.catch((error: unknown): Entry => {
          failures.push(error);
          report(error, method);
          return { method, problem: error instanceof Error ? error.message : String(error) };
        }),
      );
    }
    if (failures.length > 0) process.exitCode = EXIT.failed;
    // What was asked for is not there, so there is nothing to write.
    if (failures.length === options.methods.length) return;
    const rows = await Promise.all(entries.map((entry) => measure(entry, subject.truth, lpips)));
    console.log(table(COLUMNS, rows));
    const files: NewFile[] = [];
    if (json !== undefined) {
      const record = {
        task: options.task,
        model: generator.manifest.id,
        image: subject.name,
        backend: backend.name,
        rows,
      };
      files.push([json, new TextEncoder().encode(`${toJson(record, 2)}\n`)]);
    }
    const comparison = comparisonOf(subject, entries, rows, { ...options, backend: backend.name });
    if (out !== undefined) files.push([out, encodePng(comparisonSheet(comparison))]);
    if (html !== undefined) files.push([html, new TextEncoder().encode(comparisonPage(comparison))]);
    await writeFiles(files, force);
    if (out !== undefined) say(`sheet: ${out}`);
    if (html !== undefined) say(`page: ${html}`);
  } finally {
    interruption.dispose();
    for (const opened of [...networks.values(), ...(lpips ? [lpips] : [])]) await opened.dispose();
  }
}

async function readSubject(image: string | undefined, generator: Generator, options: CompareOptions): Promise<Subject> {
  const { task, layer, codes, iterations, starts, seed, factor } = options;
  const given = Object.fromEntries(
    Object.entries({ layer, codes, iterations, starts, seed, factor }).filter(([, value]) => value !== undefined),
  ) as TaskOptions;
  const read = options.mask === undefined ? undefined : await readMask(options.mask, options.maskAlpha);
  const mask = read?.mask;
  read?.notes.forEach(say);
  const { perceptual, network } = await choosePerceptual(options, generator.manifest.resolution);
  const phi = network?.phi;
  const wanted = { ...given, ...(mask && { unknown: mask }), ...(perceptual && { perceptual }) };
  const resultSize = (source: Picture, settings: TaskOptions): Size =>
    prepare(task, source, generator.manifest, settings).frame.result;
  if (image === undefined) {
    const name = options.truth!;
    const made = degrade(task, await readPicture(name), generator.manifest, wanted);
    say(`${name}: ${made.description}`);
    const settings = { ...wanted, ...made.options };
    return { name, phi, source: made.source, truth: made.truth, settings, size: resultSize(made.source, settings) };
  }
  const source = await readPicture(image);
  const size = resultSize(source, wanted);
  const truth = options.truth === undefined ? undefined : await readTruth(options.truth, size);
  return { name: image, phi, source, truth, settings: wanted, size };
}

/** No method's, but what an ordinary program would make of it. */
const plain = ({ source, settings }: Subject, { task }: CompareOptions): Entry => {
  const began = performance.now();
  const picture = plainResult(task, source, settings);
  return { method: plainName(task), picture, seconds: (performance.now() - began) / 1000 };
};

/** The row that needs neither a prior nor a network: the picture enlarged, or as it came. */
function untouched({ source, size }: Subject, { task }: CompareOptions): Entry {
  const enlarged = toPicture(resample(toPlanes(source), size.width, size.height, 'bicubic'));
  return { method: task === 'super-resolve' ? 'bicubic' : 'input', picture: enlarged };
}

async function runMethod(
  method: string,
  { source, settings, name, phi, size }: Subject,
  model: Generator | FeedForwardModel,
  backend: Backend,
  { task }: CompareOptions,
  interruption: Interruption,
): Promise<Entry> {
  const progress = new Progress(`${method} ${name}`);
  const ofUntrained = (UNTRAINED_METHODS as readonly string[]).includes(method);
  const prior = ofUntrained ? await openPrior(UNTRAINED.id, []) : model;
  const factor = size.width / source.width;
  const wanted = isFeedForward(prior)
    ? forOnePass(settings, factor)
    : { ...(ofUntrained ? withoutGenerator(settings, factor) : settings), method: method as MethodId };
  const { job, frame } = prepare(task, source, prior.manifest, wanted);
  const outcome = await run(backend, prior, job, {
    control: interruption.control(),
    emit: (event) => progress.show(event),
    ...(phi && { phi }),
  }).finally(() => progress.clear());
  const picture = finish(task, source, outcome.x, frame, settings);
  const title = isFeedForward(prior) ? prior.manifest.id : method;
  return { method: title, picture, seconds: outcome.milliseconds / 1000, steps: outcome.steps };
}

/** Of the settings, those that mean something to the untrained prior. */
const withoutGenerator = ({ iterations, seed, ...others }: TaskOptions, factor: number): TaskOptions => ({
  ...(iterations !== undefined && { iterations }),
  ...(seed !== undefined && { seed }),
  ...forOnePass(others, factor),
});

/** And those that mean something to a feed-forward network. */
const forOnePass = ({ unknown }: TaskOptions, factor: number): TaskOptions => ({
  ...(unknown && { unknown }),
  ...(factor > 1 && { factor }),
});

/**
 * The feed-forward networks among the methods, which are models: ids, folders or checkpoints.
 * @throws UsageError for what is neither a method nor such a model; ParameterError for one of another task
 */
async function openModels({ methods, task }: CompareOptions): Promise<Map<string, FeedForwardModel>> {
  const models = new Map<string, FeedForwardModel>();
  const others = methods.filter((method) => method !== PLAIN && !isMethod(method) && !/\.onnx$/i.test(method));
  for (const reference of others) {
    const prior = await openPrior(reference, modelRoots());
    if (!isFeedForward(prior)) {
      throw new UsageError(`--methods: ${reference} is no network of one pass: name the generator with --model.`);
    }
    feedForwardDefaults(task, prior.manifest);
    models.set(reference, prior);
  }
  return models;
}

async function openNetworks(backend: Backend, { methods, range }: CompareOptions): Promise<Map<string, FeedForward>> {
  const networks = new Map<string, FeedForward>();
  for (const file of methods.filter((method) => /\.onnx$/i.test(method))) {
    networks.set(file, await FeedForward.open(backend, await readBytes(file), file, range));
  }
  return networks;
}

async function runNetwork(method: string, network: FeedForward, { source, size }: Subject): Promise<Entry> {
  const began = performance.now();
  const planes = await network.apply(toPlanes(source), size.width, size.height);
  return { method, picture: toPicture(planes), seconds: (performance.now() - began) / 1000, steps: 1 };
}

async function measure(entry: Entry, truth: Picture | undefined, lpips: Lpips | undefined): Promise<Compared> {
  const { picture, ...row } = entry;
  return { ...row, ...(truth && picture && (await likeness(toPlanes(picture), toPlanes(truth), lpips))) };
}

/** What its sheet and its page show. */
function comparisonOf(
  { name, source, truth }: Subject,
  entries: readonly Entry[],
  rows: readonly Compared[],
  { task, model, backend }: CompareOptions & { readonly backend: string },
): Comparison {
  const size = `${source.width} x ${source.height} pixels`;
  return {
    title: `${basename(name)}: ${task}`,
    lines: [`${size}, with ${basename(model)} on ${backend}.`],
    entries: entries.map(({ picture }, i) => ({ row: rows[i]!, ...(picture && { picture }) })),
    others: truth ? [{ label: 'original', picture: truth }] : [],
  };
}
