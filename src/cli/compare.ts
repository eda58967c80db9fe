/** Runs several methods on one picture and reports them side by side. */
import { basename } from 'node:path';
import type { Backend } from '../engine/backends/backend.ts';
import { degrade } from '../engine/baselines/degrade.ts';
import { FeedForward } from '../engine/baselines/feedForward.ts';
import type { FeedForward as FeedForwardModel } from '../engine/feedForward/network.ts';
import { feedForwardDefaults } from '../engine/feedForward/settings.ts';
import type { Generator } from '../engine/generator/generator.ts';
import type { Graph } from '../engine/graph/graph.ts';
import type { Picture } from '../engine/image/picture.ts';
import { toPicture, toPlanes } from '../engine/image/planes.ts';
import { resample } from '../engine/image/resample.ts';
import { run } from '../engine/inversion/run.ts';
import { isMethod, UNTRAINED_METHODS, type MethodId } from '../engine/methods/method.ts';
import { likeness, type Likeness } from '../engine/metrics/likeness.ts';
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
import type { CompareOptions } from './commands/compare.ts';
import { UsageError } from './errors.ts';
import { Interruption } from './interruption.ts';
import { readMask } from './mask.ts';
import { toJson } from '../node/report/json.ts';
import { choosePerceptual } from './perceptual.ts';
import { measureLines, MEASURES, table, type Column } from '../node/report/measures.ts';
import { checkPlaces } from './places.ts';
import { Progress } from './progress.ts';
import { drawSheet, type Tile } from '../node/report/sheet.ts';
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

interface Entry {
  readonly method: string;
  readonly picture: Picture;
  readonly seconds?: number;
  readonly steps?: number;
}

type Row = Omit<Entry, 'picture'> & Partial<Likeness>;

export async function compare(image: string | undefined, options: CompareOptions): Promise<void> {
  const { out, json, truth, mask, lpips: metric, force = false } = options;
  await checkPlaces(
    [
      ['--out', out],
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
    const entries = subject.source === subject.truth ? [] : [untouched(subject, options)];
    for (const method of options.methods) {
      if (interruption.requested) break;
      const network = networks.get(method);
      entries.push(
        network
          ? await runNetwork(basename(method, '.onnx'), network, subject)
          : await runMethod(method, subject, models.get(method) ?? generator, backend, options, interruption),
      );
    }
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
    if (out !== undefined) files.push([out, encodePng(drawSheet(tiles(entries, rows, subject.truth)))]);
    await writeFiles(files, force);
    if (out !== undefined) say(`sheet: ${out}`);
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
  const others = methods.filter((method) => !isMethod(method) && !/\.onnx$/i.test(method));
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

async function measure(entry: Entry, truth: Picture | undefined, lpips: Lpips | undefined): Promise<Row> {
  const { picture, ...row } = entry;
  return { ...row, ...(truth && (await likeness(toPlanes(picture), toPlanes(truth), lpips))) };
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'method', cell: ({ method }) => method },
  ...MEASURES,
  { title: 'steps', cell: ({ steps }) => steps?.toString() },
];

function tiles(entries: readonly Entry[], rows: readonly Row[], truth: Picture | undefined): Tile[] {
  const shown = entries.map(({ method, picture }, i): Tile => {
    return { picture, lines: [method, ...measureLines(rows[i]!)] };
  });
  return truth ? [...shown, { picture: truth, lines: ['original'] }] : shown;
}
