/** Runs the cells of a study that are not done yet, and writes what all of them come to. */
import { basename, dirname, extname, join } from 'node:path';
import type { Backend } from '../../engine/backends/backend.ts';
import { degrade } from '../../engine/baselines/degrade.ts';
import { lastCut } from '../../engine/generator/manifest.ts';
import type { Graph } from '../../engine/graph/graph.ts';
import type { Picture } from '../../engine/image/picture.ts';
import { toPicture, toPlanes } from '../../engine/image/planes.ts';
import { resample } from '../../engine/image/resample.ts';
import type { Job } from '../../engine/inversion/job.ts';
import { run } from '../../engine/inversion/run.ts';
import { chooseCodes, startFrom } from '../../engine/inversion/start.ts';
import { likeness } from '../../engine/metrics/likeness.ts';
import type { Lpips } from '../../engine/metrics/lpips.ts';
import { methodById } from '../../engine/methods/index.ts';
import { isGenerator, isTrained, type Prior } from '../../engine/prior.ts';
import { defaults, finish, prepare, type TaskOptions } from '../../engine/tasks/index.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { openBackend } from '../../node/backends.ts';
import { decodePicture, encodePng, readBytes } from '../../node/codecs/index.ts';
import { openLpips } from '../../node/lpips.ts';
import { writeFiles, type NewFile } from '../../node/files.ts';
import { openPrior } from '../../node/priors.ts';
import { modelHash } from '../../node/record.ts';
import { sha256 } from '../../node/sha256.ts';
import { modelRoots } from '../../node/store/home.ts';
import { VERSION } from '../../node/version.ts';
import type { StudyOptions } from '../commands/study.ts';
import { errorLine, EXIT, UsageError } from '../errors.ts';
import { Interruption } from '../interruption.ts';
import { toJson } from '../../node/report/json.ts';
import { readMask } from '../mask.ts';
import { measureLines, table } from '../../node/report/measures.ts';
import { choosePerceptual, type Network } from '../perceptual.ts';
import { checkPlaces } from '../places.ts';
import { Progress } from '../progress.ts';
import { drawGrid, type Tile } from '../../node/report/sheet.ts';
import { say } from '../thread.ts';
import { Cells, type Cell } from './cells.ts';
import { nameOf, writeReport } from './report.ts';
import { COLUMNS, grouped, toCsv, type Row } from './rows.ts';

/** What every prior restores. */
interface Subject {
  readonly source: Picture;
  readonly truth: Picture;
  readonly settings: TaskOptions;
  /** What was done to the original. */
  readonly description: string;
  /** Of the files that settings come from. */
  readonly hashes: readonly string[];
}

/** A place in the study. */
interface Place {
  readonly prior: Prior;
  readonly row: Row;
  readonly network?: Network | undefined;
  /** Absent: there is no such cell. */
  readonly settings?: TaskOptions;
}

interface Done {
  readonly row: Row;
  readonly picture?: Picture;
}

export async function study(image: string, options: StudyOptions): Promise<void> {
  const { out, json, csv, html, mask, lpips: metric, force = false, task } = options;
  const first = out ?? html ?? json ?? csv ?? image;
  const cells = new Cells(options.cells ?? join(dirname(first), `${basename(first, extname(first))}.cells`));
  await checkPlaces(
    [
      ['--out', out],
      ['--json', json],
      ['--csv', csv],
      ['--html', html],
    ],
    { inputs: [image, mask, metric], force },
  );
  const priors: Prior[] = [];
  for (const model of options.models) priors.push(await openPrior(model, modelRoots()));
  const subject = await readSubject(image, priors, options);
  const places: Place[] = [];
  for (const prior of priors) places.push(...(await placesOf(prior, options)));
  if (!places.some(({ settings }) => settings)) {
    throw new UsageError(`--layers ${options.layers.join(',')}: none of the models has one of them.`);
  }
  const backend = await openBackend(options.device);
  const lpips = metric === undefined ? undefined : await openLpips(metric, backend);
  const interruption = new Interruption();
  const starts: Starts = new Map();
  const done: Done[] = [];
  try {
    for (const [i, place] of places.entries()) {
      if (interruption.requested) break;
      const title = `cell ${i + 1}/${places.length} ${nameOf(place.row)}`;
      const made = await doCell(place, subject, { backend, cells, interruption, starts, title, task });
      if (made) done.push(await measured(made, subject.truth, lpips));
    }
    if (interruption.requested) {
      const kept = done.filter(({ picture }) => picture).length;
      say(`stopped: ${kept} of ${places.length} cells are done and kept; the same command does the rest.`);
      return;
    }
    const rows = done.map(({ row }) => row);
    console.log(table(COLUMNS, rows));
    await writeFiles(filesOf(image, subject, done, backend, options), force);
    for (const file of [out, html]) if (file !== undefined) say(file);
    if (places.some(({ settings }, i) => settings && rows[i]!.problem !== undefined)) process.exitCode = EXIT.failed;
  } finally {
    interruption.dispose();
    await lpips?.dispose();
  }
}

async function readSubject(image: string, priors: readonly Prior[], options: StudyOptions): Promise<Subject> {
  const { task, iterations, seed, factor } = options;
  const bytes = await readBytes(image);
  const original = await decodePicture(bytes, image);
  const read = options.mask === undefined ? undefined : await readMask(options.mask, options.maskAlpha);
  read?.notes.forEach(say);
  const given: TaskOptions = {
    ...(iterations !== undefined && { iterations }),
    ...(seed !== undefined && { seed }),
    ...(factor !== undefined && { factor }),
    ...(read && { unknown: read.mask }),
  };
  // All are to restore one picture, so the smallest says how large it may be.
  const resolution = Math.min(...priors.map((prior) => (isGenerator(prior) ? prior.manifest.resolution : Infinity)));
  const { source, truth, options: told, description } = degrade(task, original, { resolution }, given);
  if (description !== 'nothing') say(`${image}: ${description}`);
  const maskHash = read ? [sha256(encodePng(read.mask))] : [];
  return { source, truth, settings: { ...given, ...told }, description, hashes: [sha256(bytes), ...maskHash] };
}

async function placesOf(prior: Prior, options: StudyOptions): Promise<Place[]> {
  const { manifest } = prior;
  if (!isTrained(manifest)) {
    return [{ prior, row: { model: manifest.id, layer: null, codes: null }, settings: {} }];
  }
  const { perceptual, network } = await choosePerceptual(options, manifest.resolution);
  const { starts } = options;
  const common = { ...(starts !== undefined && { starts }), ...(perceptual && { perceptual }) };
  const counts = options.codes ?? [defaults(options.task, manifest).codes];
  return counts.flatMap((codes) =>
    options.layers.map((layer): Place => {
      const row = { model: manifest.id, layer, codes };
      const last = lastCut(manifest);
      if (layer > last) return { prior, row: { ...row, problem: `has layers 1 to ${last}` } };
      return { prior, row, network, settings: { layer, codes, ...common } };
    }),
  );
}

/** Codes that runs start from. They do not depend on the layer, so that those of one are those of all. */
type Starts = Map<string, Tensor<'float32'>>;

interface Workshop {
  readonly backend: Backend;
  readonly cells: Cells;
  readonly interruption: Interruption;
  readonly starts: Starts;
  readonly title: string;
  readonly task: StudyOptions['task'];
}

/** @returns nothing where it was stopped before it was done */
async function doCell(
  place: Place,
  subject: Subject,
  workshop: Workshop,
): Promise<(Done & { cell?: Cell }) | undefined> {
  const { prior, row, network } = place;
  if (!place.settings) return { row };
  const { backend, cells, interruption, title, task } = workshop;
  const { manifest } = prior;
  const settings = { ...subject.settings, ...place.settings };
  const progress = new Progress(title);
  try {
    const plain = { ...settings, unknown: undefined };
    const file = cells.file({
      ...{ version: VERSION, task, model: modelHash(manifest), settings: plain, backend: backend.name },
      bank: isTrained(manifest) ? manifest.bank?.sha256 : undefined,
      network: network?.sha256,
      files: subject.hashes,
    });
    const known = await cells.find(file);
    if (known) {
      progress.line('is done already');
      return { row, picture: known.picture, cell: known };
    }
    const { job, frame } = prepare(task, subject.source, manifest, settings);
    const outcome = await run(backend, prior, await started(prior, job, workshop), {
      control: interruption.control(),
      emit: (event) => progress.show(event),
      ...(network && { phi: network.phi satisfies Graph }),
    });
    if (outcome.stopped) return undefined;
    const picture = finish(task, subject.source, outcome.x, frame, settings);
    const cell = { picture, seconds: outcome.milliseconds / 1000, steps: outcome.steps, backend: outcome.backend };
    await cells.keep(file, cell);
    return { row, picture, cell };
  } catch (error) {
    // The others may do.
    const problem = errorLine(error).replace(/^error: /, '');
    progress.line(problem);
    return { row: { ...row, problem } };
  } finally {
    progress.clear();
  }
}

async function started(prior: Prior, job: Job, { backend, interruption, starts }: Workshop): Promise<Job> {
  if (!isGenerator(prior)) return job;
  const generator = prior.suitedTo(backend);
  const count = methodById(job.method).codes(job);
  const key = `${modelHash(prior.manifest)} ${count}`;
  const chosen =
    starts.get(key) ??
    (await chooseCodes(backend, generator, job, count, () =>
      Promise.resolve(interruption.requested ? 'stop' : 'go on'),
    ));
  if (!interruption.requested) starts.set(key, chosen);
  return { ...job, init: await startFrom(backend, generator, job, chosen) };
}

async function measured(
  { row, picture, cell }: Done & { cell?: Cell },
  truth: Picture,
  lpips: Lpips | undefined,
): Promise<Done> {
  if (!picture || !cell) return { row };
  const { seconds, steps } = cell;
  return { row: { ...row, ...(await likeness(toPlanes(picture), toPlanes(truth), lpips)), seconds, steps }, picture };
}

function filesOf(
  image: string,
  { source, truth, description }: Subject,
  done: readonly Done[],
  backend: Backend,
  { task, layers, out, json, csv, html }: StudyOptions,
): NewFile[] {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const rows = done.map(({ row }) => row);
  const given = toPicture(resample(toPlanes(source), truth.width, truth.height, 'bicubic'));
  const shown = [
    { label: 'original', picture: truth },
    ...(task === 'reconstruct' ? [] : [{ label: task === 'super-resolve' ? 'bicubic' : 'given', picture: given }]),
  ];
  const record = { task, image: basename(image), degraded: description, backend: backend.name, rows };
  const title = `${basename(image)}: ${task}, by model and layer`;
  const lines = [`Degraded: ${description}. Measured against the original, on ${backend.name}.`];
  const report = { title, lines, rows, pictures: done.map(({ picture }) => picture), shown };
  const files: (NewFile | undefined)[] = [
    out === undefined ? undefined : [out, encodePng(drawGrid(grid(done, shown, layers)))],
    json === undefined ? undefined : [json, text(`${toJson(record, 2)}\n`)],
    csv === undefined ? undefined : [csv, text(toCsv(rows))],
    html === undefined ? undefined : [html, text(writeReport(report))],
  ];
  return files.filter((file) => file !== undefined);
}

/** As in the paper's Fig. 10: a row for each prior (and number of codes), a column for each layer. */
function grid(
  done: readonly Done[],
  shown: readonly { readonly label: string; readonly picture: Picture }[],
  layers: readonly number[],
): (Tile | undefined)[][] {
  const byPrior = grouped(done, ({ row: { model, codes } }) => `${model} ${codes}`);
  const tile = ({ row, picture }: Done): Tile | undefined => {
    const { model, layer, codes } = row;
    const cut = layer === null ? 'no layers' : `layer ${layer}, ${codes} ${codes === 1 ? 'code' : 'codes'}`;
    return picture && { picture, lines: [model, cut, ...measureLines(row)] };
  };
  return [
    shown.map(({ label, picture }) => ({ picture, lines: [label] })),
    ...[...byPrior.values()].map((of) =>
      of[0]!.row.layer === null
        ? of.map(tile)
        : layers.map((layer) => of.flatMap((one) => (one.row.layer === layer ? [tile(one)] : []))[0]),
    ),
  ];
}
