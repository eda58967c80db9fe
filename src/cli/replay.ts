/** From a record and the picture it names back to the result. */
import { run } from '../engine/inversion/run.ts';
import { finish, prepare, type TaskOptions } from '../engine/tasks/index.ts';
import { openBackend } from '../node/backends.ts';
import { embeddedRecord, encodeResult } from '../node/codecs/encode.ts';
import { resultFormat } from '../node/codecs/formats.ts';
import { decodePicture, readBytes } from '../node/codecs/index.ts';
import { FileError } from '../node/errors.ts';
import { generatorOf, openModel } from '../node/models.ts';
import { maskOf, modelHash, parseRecord, recordOf, sha256, type MadeRecord } from '../node/record.ts';
import { modelRoots } from '../node/store/home.ts';
import type { ReplayOptions } from './commands/replay.ts';
import { requireFree, writeWhole } from './files.ts';
import { outputFiles } from './outputs.ts';
import { duration, Progress } from './progress.ts';

/** @throws FileError when the record, the picture or the model is another one than it was, or it cannot be repeated */
export async function replay(recordFile: string, image: string, options: ReplayOptions): Promise<void> {
  const { out, quality, force = false } = options;
  const record = await readRecord(recordFile);
  outputFiles([image], record.task, out);
  const format = resultFormat(out);
  if (!format) throw new FileError(out, 'is no file name that ends in .png, .jpg or .webp.');
  requireFree(out, force);
  const bytes = await readBytes(image);
  if (sha256(bytes) !== record.source.sha256) {
    throw new FileError(image, `is not the ${record.source.name} that ${recordFile} was made from: its bytes differ.`);
  }
  const source = await decodePicture(bytes, image);
  const generator = generatorOf(await openModel(options.model ?? record.model.id, modelRoots()));
  const { manifest } = generator;
  if (modelHash(manifest) !== record.model.sha256) {
    throw new FileError(recordFile, `was made with other weights than those of the model ${manifest.id} here.`);
  }
  const mask = maskOf(record);
  const settings: TaskOptions = {
    ...record.options,
    ...(mask && { unknown: await decodePicture(mask, `the mask in ${recordFile}`) }),
  };
  const { job, frame } = prepare(record.task, source, manifest, settings);
  const backend = await openBackend(options.device);
  const progress = new Progress(`${record.task} ${image}`);
  if (backend.name !== record.backend) {
    progress.line(`made on ${record.backend}, and again on ${backend.name}: the last digits may differ.`);
  }
  const emit = progress.show.bind(progress);
  const outcome = await run(backend, generator, job, { emit, stopAfter: record.steps }).finally(() => progress.clear());
  const made = { name: record.source.name, bytes };
  const again = recordOf({ manifest, job, options: settings, outcome, source: made, mask });
  const picture = finish(record.task, source, outcome.x, frame, settings);
  await writeWhole(out, await encodeResult(picture, format, quality, again), force);
  progress.line(`done in ${duration(outcome.milliseconds)}: ${out}`);
}

async function readRecord(file: string): Promise<MadeRecord> {
  const bytes = await readBytes(file);
  const text = embeddedRecord(bytes) ?? new TextDecoder().decode(bytes);
  const record = parseRecord(text);
  if (!record) {
    throw new FileError(file, `holds no record of how it was made that this version can read.`);
  }
  if (record.unrepeatable !== undefined) throw new FileError(file, `cannot be made again: ${record.unrepeatable}`);
  if (record.options.perceptual?.kind === 'network') {
    throw new FileError(file, 'was made with a perceptual network, which replay cannot load yet.');
  }
  return record;
}
