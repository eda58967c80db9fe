/** From a record and the picture it names back to the result. */
import { run as invert, type Drafter } from '../engine/inversion/run.ts';
import { finish, prepare, type TaskOptions } from '../engine/tasks/index.ts';
import { openBackend } from '../node/backends.ts';
import { DEFAULT_QUALITY, resultFormat } from '../node/codecs/formats.ts';
import { decodePicture, readBytes } from '../node/codecs/index.ts';
import { FileError, shown } from '../node/errors.ts';
import { writeFiles } from '../node/files.ts';
import { isGenerator, isTrained } from '../engine/prior.ts';
import { findPrior, loadPrior, openPrior } from '../node/priors.ts';
import { editedRecord, maskOf, modelHash, parseRecord, recordOf, type MadeRecord } from '../node/record.ts';
import { besideResult } from '../node/recordPlace.ts';
import { sha256 } from '../node/sha256.ts';
import { modelRoots } from '../node/store/home.ts';
import type { ReplayOptions } from './commands/replay.ts';
import { asDrawn, editAgain } from './edit.ts';
import { UsageError } from './errors.ts';
import { listedAlone } from '../node/batch/listing.ts';
import { runFaces } from './faceRuns.ts';
import { outputFiles } from './outputs.ts';
import { installedNetwork, readNetwork, type Network } from './perceptual.ts';
import { checkPlaces } from './places.ts';
import { COMPOSING, ENCODING, duration, Progress } from './progress.ts';
import { readRecord } from './readRecord.ts';
import { checkSize, resultFiles } from './resultFiles.ts';
import { openStart } from './startFrom.ts';

/** @throws FileError when the picture, the model or the network is another one than it was, or it cannot be repeated */
export async function replay(recordFile: string, image: string, options: ReplayOptions): Promise<void> {
  const { out, force = false } = options;
  const record = await readRecord(recordFile);
  outputFiles([listedAlone(image)], record.task, out);
  const format = resultFormat(out);
  if (!format) throw new UsageError(`--out ${shown(out)}: name a file that ends in .png, .jpg or .webp.`);
  const beside = options.record === 'json' || options.record === 'both' ? besideResult(out) : undefined;
  await checkPlaces(
    [
      ['--out', out],
      ['--out', beside],
    ],
    { inputs: [recordFile, image], force },
  );
  const bytes = await readBytes(image);
  if (sha256(bytes) !== record.source.sha256) {
    throw new FileError(image, `is not the ${record.source.name} that ${recordFile} was made from: its bytes differ.`);
  }
  const source = await decodePicture(bytes, image);
  // The record names a model by its id alone: no file of that name is meant.
  const prior =
    options.model === undefined
      ? await loadPrior(await findPrior(record.model.id, modelRoots()))
      : await openPrior(options.model, modelRoots());
  const { manifest } = prior;
  if (modelHash(manifest) !== record.model.sha256) {
    throw new FileError(recordFile, `was made with other weights than those of the model ${manifest.id} here.`);
  }
  const { bank, encoder } = isTrained(manifest) ? manifest : {};
  if (record.model.bank !== undefined && record.model.bank !== bank?.sha256) {
    throw new FileError(recordFile, `started from another bank of codes than that of the model ${manifest.id} here.`);
  }
  if (record.model.encoder !== undefined && record.model.encoder !== encoder?.sha256) {
    throw new FileError(recordFile, `started from another encoder than that of the model ${manifest.id} here.`);
  }
  const network = await networkOf(record, recordFile, options.perceptual);
  const drafter = await drafterOf(record, recordFile, options.startFrom);
  const mask = maskOf(record);
  const settings: TaskOptions = {
    ...record.options,
    ...(mask && { unknown: await decodePicture(mask, `the mask in ${recordFile}`) }),
  };
  const [first] = settings.faces ?? [];
  const { job, frame } = prepare(record.task, source, manifest, { ...settings, ...(first && { region: first }) });
  checkSize(out, frame, source);
  const backend = await openBackend(options.device);
  const progress = new Progress(`${record.task} ${image}`);
  if (backend.name !== record.backend) {
    progress.line(`made on ${record.backend}, and again on ${backend.name}: the last digits may differ.`);
  }
  const emit = progress.show.bind(progress);
  const tell = progress.telling(COMPOSING);
  const together = { task: record.task, source, backend, prior, network, settings, rest: record.rest, emit, tell };
  const { outcome, picture: joined } = await (
    first
      ? runFaces({ ...together, steps: record.steps })
      : invert(backend, prior, job, {
          ...{ emit, stopAfter: record.steps },
          ...(network && { phi: network.phi }),
          ...(drafter && { drafter }),
        }).then((outcome) => ({ outcome, picture: undefined }))
  ).finally(() => progress.clear());
  const made = { name: record.source.name, bytes };
  const { rest } = record;
  const run = recordOf({
    manifest,
    job,
    options: settings,
    outcome,
    source: made,
    mask,
    network: network?.sha256,
    start: drafter?.manifest,
    rest,
  });
  const { edit } = record;
  const again = edit ? editedRecord(parseRecord(run)!, edit, edit.consistent) : run;
  const x = edit && isGenerator(prior) ? await editAgain(backend, prior, job, outcome, edit) : outcome.x;
  const picture =
    edit?.consistent === false ? asDrawn(x) : (joined ?? finish(record.task, source, x, frame, settings, tell));
  const recorded = record.file?.format === format ? record.file.quality : undefined;
  const quality = options.quality ?? recorded ?? DEFAULT_QUALITY;
  const files = await resultFiles(out, picture, again, { quality, record: options.record }, progress.telling(ENCODING));
  progress.clear();
  await writeFiles(files, force);
  progress.line(`done in ${duration(outcome.milliseconds)}: ${out}`);
}

/** What made the draft that the codes began with, if they did. @throws FileError when it is not the one of the record */
async function drafterOf(
  { task, options, start }: MadeRecord,
  recordFile: string,
  given: string | undefined,
): Promise<Drafter | undefined> {
  if (!start) {
    if (given === undefined) return undefined;
    throw new FileError(recordFile, 'did not start from what a network made: leave --start-from out.');
  }
  const drafter = await openStart(given ?? start.id, task, options.noise);
  if (modelHash(drafter.manifest) === start.sha256) return drafter;
  throw new FileError(recordFile, `started from what another model ${start.id} than the one here made of the picture.`);
}

/** The perceptual network of the run, if it had one. @throws FileError when it is not the one of the record */
async function networkOf(
  { options: { perceptual }, network: recorded }: MadeRecord,
  recordFile: string,
  given: string | undefined,
): Promise<Network | undefined> {
  if (perceptual?.kind !== 'network') {
    if (given === undefined) return undefined;
    throw new FileError(recordFile, 'was made without a perceptual network: leave --perceptual out.');
  }
  if (!recorded)
    throw new FileError(recordFile, 'cannot be made again: it does not say which perceptual network it used.');
  const reference = given ?? installedNetwork(recorded.id);
  if (reference === undefined) {
    throw new FileError(
      recordFile,
      `was made with the perceptual network ${recorded.id}, which is not installed here: say where it is with --perceptual FILE.`,
    );
  }
  const network = await readNetwork(reference);
  if (network.sha256 === recorded.sha256) return network;
  throw new FileError(
    reference,
    `is not the network ${recorded.id} that ${recordFile} was made with: their checksums differ.`,
  );
}
