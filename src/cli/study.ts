/** `ganprior study`: reads what it is of, shows how it goes, and writes what it comes to. */
import { basename, dirname, extname, join } from 'node:path';
import type { TaskOptions } from '../engine/tasks/index.ts';
import { isGenerator, type Prior } from '../engine/prior.ts';
import { openBackend } from '../node/backends.ts';
import { readBytes } from '../node/codecs/index.ts';
import { writeFiles, type NewFile } from '../node/files.ts';
import { openLpips } from '../node/lpips.ts';
import { openPrior } from '../node/priors.ts';
import { table } from '../node/report/measures.ts';
import { Cells } from '../node/study/cells.ts';
import { STUDY_FILES, type Studied, type StudyFile } from '../node/study/files.ts';
import { placesOf, readSubject, type Place, type StudyWish } from '../node/study/plan.ts';
import { nameOf } from '../node/study/report.ts';
import { COLUMNS } from '../node/study/rows.ts';
import { study, type StudyEvent } from '../node/study/study.ts';
import { modelRoots } from '../node/store/home.ts';
import type { StudyOptions } from './commands/study.ts';
import { errorLine, EXIT, UsageError } from './errors.ts';
import { Interruption } from './interruption.ts';
import { readMask } from './mask.ts';
import { choosePerceptual } from './perceptual.ts';
import { checkPlaces } from './places.ts';
import { Progress } from './progress.ts';
import { say } from './thread.ts';

export async function runStudy(image: string, options: StudyOptions): Promise<void> {
  const { out, json, csv, html, mask, lpips: metric, force = false } = options;
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
  const wish = await wishOf(options);
  const manifests = priors.map(({ manifest }) => manifest);
  const subject = await readSubject(await readBytes(image), basename(image), manifests, wish);
  if (subject.description !== 'nothing') say(`${image}: ${subject.description}`);
  const places: Place[] = [];
  for (const prior of priors) {
    const compared = isGenerator(prior) ? await choosePerceptual(options, prior.manifest.resolution) : {};
    places.push(...placesOf(prior, wish, compared));
  }
  if (!places.some(({ settings }) => settings)) {
    throw new UsageError(`--layers ${options.layers.join(',')}: none of the models has one of them.`);
  }
  const backend = await openBackend(options.device);
  const lpips = metric === undefined ? undefined : await openLpips(metric, backend);
  const stopping = new Interruption();
  const shown = showing(places);
  try {
    const explain = (error: unknown) => errorLine(error).replace(/^error: /, '');
    const done = await study(places, subject, wish, {
      backend,
      cells,
      lpips,
      stopping,
      explain,
      tell: shown.tell,
    });
    shown.clear();
    if (stopping.requested) {
      const kept = done.filter(({ picture }) => picture).length;
      say(`stopped: ${kept} of ${places.length} cells are done and kept; the same command does the rest.`);
      return;
    }
    const rows = done.map(({ row }) => row);
    console.log(table(COLUMNS, rows));
    await writeFiles(filesOf({ subject, wish, backend: backend.name, done }, options), force);
    for (const file of [out, html]) if (file !== undefined) say(file);
    if (places.some(({ settings }, i) => settings && rows[i]!.problem !== undefined)) process.exitCode = EXIT.failed;
  } finally {
    stopping.dispose();
    await lpips?.dispose();
  }
}

async function wishOf({ task, layers, codes, mask, maskAlpha, ...options }: StudyOptions): Promise<StudyWish> {
  const { iterations, starts, seed, factor } = options;
  const read = mask === undefined ? undefined : await readMask(mask, maskAlpha);
  read?.notes.forEach(say);
  const settings: TaskOptions = {
    ...(iterations !== undefined && { iterations }),
    ...(seed !== undefined && { seed }),
    ...(factor !== undefined && { factor }),
    ...(read && { unknown: read.mask }),
  };
  return { task, layers, codes, starts, settings };
}

/** A line for each cell. */
function showing(places: readonly Place[]) {
  let progress: Progress | undefined;
  const clear = (): void => {
    progress?.clear();
    progress = undefined;
  };
  const tell = (index: number, event: StudyEvent): void => {
    const title = `cell ${index + 1}/${places.length} ${nameOf(places[index]!.row)}`;
    progress ??= new Progress(title);
    if (event.kind === 'run') progress.show(event.event);
    if (event.kind !== 'ends') return;
    const { problem } = event.done.row;
    if (places[index]!.settings && problem !== undefined) progress.line(problem);
    else if (event.known && problem === undefined) progress.line('is done already');
    clear();
  };
  return { tell, clear };
}

function filesOf(studied: Studied, { out, json, csv, html }: StudyOptions): NewFile[] {
  const wanted: readonly [StudyFile, string | undefined][] = [
    ['png', out],
    ['json', json],
    ['csv', csv],
    ['html', html],
  ];
  return wanted.flatMap(([kind, path]): NewFile[] => (path === undefined ? [] : [[path, STUDY_FILES[kind](studied)]]));
}
