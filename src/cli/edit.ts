/** Draws a finished run with its codes moved: one picture, and on request a filmstrip or an animation on the way there. */
import type { Backend } from '../engine/backends/backend.ts';
import type { Generator } from '../engine/generator/generator.ts';
import type { Picture } from '../engine/image/picture.ts';
import { toPicture, tensorToPlanes } from '../engine/image/planes.ts';
import { edited as editedValues, net, type Edit, type Move } from '../engine/inspect/moves.ts';
import { DrawingSession } from '../engine/inspect/session.ts';
import type { Job, Outcome } from '../engine/inversion/job.ts';
import { finish, prepare } from '../engine/tasks/index.ts';
import type { Tensor } from '../engine/tensor.ts';
import { writeNpy } from '../importers/npy.ts';
import { openBackend } from '../node/backends.ts';
import { encodeGif } from '../node/codecs/gif.ts';
import { encodeResult } from '../node/codecs/encode.ts';
import { DEFAULT_QUALITY } from '../node/codecs/formats.ts';
import { decodePicture, encodePng, readBytes } from '../node/codecs/index.ts';
import { readDirections } from '../node/directions.ts';
import { FileError } from '../node/errors.ts';
import { writeFiles, type NewFile } from '../node/files.ts';
import { generatorOf, openModel } from '../node/models.ts';
import { editedRecord, maskOf, modelHash, type MadeRecord } from '../node/record.ts';
import { placeRecord } from '../node/recordPlace.ts';
import { sha256 } from '../node/sha256.ts';
import { modelRoots } from '../node/store/home.ts';
import type { EditOptions } from './commands/edit.ts';
import { openFinishedRun, type FinishedRun } from './finishedRun.ts';
import { checkPlaces } from './places.ts';
import { readRecord } from './readRecord.ts';
import { drawSheet } from '../node/report/sheet.ts';
import { say } from './thread.ts';

/** Of an animation's frame, in milliseconds. */
const DELAY = 100;

/** @throws FileError when a file is not what the edit needs */
export async function edit(options: EditOptions): Promise<void> {
  const {
    model,
    state,
    direction: file,
    index,
    out,
    saveX,
    filmstrip,
    animation,
    result,
    consistent,
    force = false,
  } = options;
  await checkPlaces(
    [
      ['--out', out],
      ['--save-x', saveX],
      ['--filmstrip', filmstrip],
      ['--animation', animation],
    ],
    { inputs: [file, result, consistent, ...['z', 'w', 'alpha', 'x'].map((name) => `${state}/${name}.npy`)], force },
  );
  const directions = await readDirections(file);
  const chosen = directions[index];
  if (!chosen)
    throw new FileError(file, `holds ${directions.length} directions, counted from 0: there is no ${index}.`);
  const record = result === undefined ? undefined : await readRecord(result);
  const generator = generatorOf(await openModel(model, modelRoots()));
  if (record && record.model.sha256 !== modelHash(generator.manifest)) {
    throw new FileError(result!, `was made with other weights than those of the model ${generator.manifest.id} here.`);
  }
  const compose = record && consistent !== undefined ? await composer(generator, record, result!, consistent) : asDrawn;
  const backend = await openBackend(options.device);
  const run = await openFinishedRun(backend, generator, state, { layer: options.layer, record });
  try {
    const before: Edit = record?.edit ?? { moves: [] };
    const moved = (amount: number): Edit => {
      const move: Move = { direction: chosen.direction, amount, ...(options.codes && { codes: options.codes }) };
      return { ...before, moves: net([...before.moves, move]) };
    };
    const draw = (amount: number) => drawEdited(generator, run, moved(amount));
    const x = await draw(options.amount);
    const edited = record && editedRecord(record, moved(options.amount), consistent !== undefined);
    const placed = edited && placeRecord(edited, { format: 'png', quality: DEFAULT_QUALITY }, 'embedded').embedded;
    const files: NewFile[] = [[out, await encodeResult(compose(x), 'png', DEFAULT_QUALITY, placed)]];
    if (saveX !== undefined) files.push([saveX, writeNpy(x)]);
    if (filmstrip !== undefined || animation !== undefined) {
      const amounts = steps(options.amount, options.frames);
      const pictures: Picture[] = [];
      for (const amount of amounts) pictures.push(compose(await draw(amount)));
      const tiles = pictures.map((picture, i) => ({ picture, lines: [signed(amounts[i]!)] }));
      if (filmstrip !== undefined) files.push([filmstrip, encodePng(drawSheet(tiles))]);
      const back = pictures.slice(1, -1).reverse();
      if (animation !== undefined) files.push([animation, encodeGif([...pictures, ...back], DELAY)]);
    }
    await writeFiles(files, force);
    const { layer, codes } = run.job;
    say(
      `${out}: ${generator.manifest.id}, layer ${layer}, ${codes} codes, ${signed(options.amount)} along ${chosen.name}, on ${backend.name}`,
    );
  } finally {
    await run.session.dispose();
  }
}

/** The result itself where nothing is changed in the end. */
export async function drawEdited(
  generator: Generator,
  { job, values, x, session }: FinishedRun,
  edit: Edit,
): Promise<Tensor<'float32'>> {
  const at = editedValues(generator, job, values, edit);
  return at === values ? x : session.draw(at);
}

/** What replays a record that says what was moved after its run. */
export async function editAgain(
  backend: Backend,
  generator: Generator,
  job: Job,
  { parameters: values, x }: Outcome,
  edit: Edit,
): Promise<Tensor<'float32'>> {
  // A run may have widened its codes on the way.
  const ended: Job = values['w']?.dims.length === 3 ? { ...job, latent: 'w+' } : job;
  const session = await DrawingSession.open(backend, generator, ended);
  try {
    return await drawEdited(generator, { job: ended, values, x, session }, edit);
  } finally {
    await session.dispose();
  }
}

export const asDrawn = (x: Tensor<'float32'>): Picture => toPicture(tensorToPlanes(x));

/** Puts back what the picture that was restored says. */
async function composer(generator: Generator, record: MadeRecord, result: string, image: string) {
  const bytes = await readBytes(image);
  if (sha256(bytes) !== record.source.sha256) {
    throw new FileError(image, `is not the ${record.source.name} that ${result} was made from: its bytes differ.`);
  }
  const source = await decodePicture(bytes, image);
  const mask = maskOf(record);
  const options = { ...record.options, ...(mask && { unknown: await decodePicture(mask, `the mask in ${result}`) }) };
  const { frame } = prepare(record.task, source, generator.manifest, options);
  return (x: Tensor<'float32'>): Picture => finish(record.task, source, x, frame, options);
}

const steps = (amount: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => amount * ((2 * i) / (count - 1) - 1));

const signed = (amount: number): string => `${amount > 0 ? '+' : ''}${Number(amount.toFixed(3))}`;
