/** Entry of the worker thread: `shared/threadProtocol.ts` served with the codecs, the model folders and the engine. */
import { parentPort } from 'node:worker_threads';
import type { Backend } from '../engine/backends/backend.ts';
import { plainResult } from '../engine/baselines/plain.ts';
import { Generator } from '../engine/generator/generator.ts';
import type { Picture, Planes } from '../engine/image/picture.ts';
import { alphaPlane, toPicture, toPlanes } from '../engine/image/planes.ts';
import { resample } from '../engine/image/resample.ts';
import type { RunEvent } from '../engine/inversion/job.ts';
import { run, RunControl } from '../engine/inversion/run.ts';
import { isGenerator } from '../engine/prior.ts';
import { compareWithTruth } from '../engine/metrics/likeness.ts';
import {
  factorOf,
  finish,
  prepare,
  preview,
  sceneOf,
  type Scene,
  type TaskOptions,
  type TellShare,
} from '../engine/tasks/index.ts';
import { pack, unpack, type MaskPatch } from '../shared/mask/patch.ts';
import { connect, type Handlers } from '../shared/rpc.ts';
import type { News } from '../shared/study/row.ts';
import {
  NOT_HELD,
  threadContract,
  threadHostContract,
  type LpipsSource,
  type PictureSource,
  type ThreadContract,
} from '../shared/threadProtocol.ts';
import { openBackend, type Device } from './backends.ts';
import { encodeResult } from './codecs/encode.ts';
import { decodePicture, encodePng, inspectPicture, readBytes } from './codecs/index.ts';
import { readDirections } from './directions.ts';
import { Drawing } from './drawing.ts';
import { Exploring } from './exploring.ts';
import { distancesTo, domainNotesOf } from './familiarPriors.ts';
import { findFaces } from './faces.ts';
import { openLpips } from './lpips.ts';
import { encodeMask, pictureOfMask, planeOfPicture } from './maskFile.ts';
import { understandMask } from './maskMeaning.ts';
import { enlargedByUntrained } from './rest.ts';
import { loadPrior, readPriorManifest } from './priors.ts';
import { loadModel, readManifest } from './models.ts';
import { loadNetwork } from './perceptual.ts';
import { portChannel } from './portChannel.ts';
import { comparisonPage, comparisonSheet } from './report/comparison.ts';
import { drawSamples } from './samples.ts';
import { Stopping, studyWith } from './study/asked.ts';
import { checkTruth } from './truth.ts';

/** A preview is drawn at most this often; a checkpoint costs as much and is only needed after a crash. */
const PREVIEW_MS = 200;
const CHECKPOINT_MS = 5000;
/** Longest side of a preview: about as large as the stage of a small window, and composed in a few milliseconds. */
const PREVIEW_SIDE = 512;

if (!parentPort) throw new Error('This file runs in a worker thread.');

const backends = new Map<Device, Promise<Backend>>();
const controls = new Map<number, RunControl>();
/** What the previews of runs are composed with. */
const scenes = new Map<number, Scene>();

/** What draws for a page, of which model. */
let drawn: { readonly key: string; readonly drawing: Drawing } | undefined;

/** Studies that are going. */
const studies = new Map<number, Stopping>();

/** The finished run that changes are tried out on. */
let explored: { readonly session: string; readonly exploring: Exploring } | undefined;

function exploringOf(session: string): Exploring {
  if (explored?.session !== session) throw new Error(NOT_HELD);
  return explored.exploring;
}

const handlers: Handlers<ThreadContract> = {
  async inspect({ source }) {
    const { notes, ...info } = inspectPicture(...(await read(source)));
    return { ...info, notes: [...notes] };
  },

  async thumbnail({ source, side }) {
    const picture = await decodePicture(...(await read(source)));
    const by = Math.min(1, side / Math.max(picture.width, picture.height));
    const [width, height] = [picture.width, picture.height].map((length) => Math.max(1, Math.round(by * length)));
    const alpha = alphaPlane(picture);
    const smaller = (planes: Planes): Planes => resample(planes, width!, height!, 'area');
    return { png: encodePng(toPicture(smaller(toPlanes(picture)), alpha && smaller(alpha))) };
  },

  async distances({ source, models }) {
    const picture = await decodePicture(...(await read(source)));
    const found = await Promise.all(models.map(async (folder) => ({ folder, manifest: await readManifest(folder) })));
    return distancesTo(found, picture);
  },

  async faces({ source, detector, heard }) {
    const picture = await decodePicture(...(await read(source)));
    return { faces: await findFaces(picture, detector, { progress: part(heard, 0, 1) }) };
  },

  async prepare({ source, task, model, options, mask }) {
    const { picture, notes } = await decoded(source);
    const manifest = await readPriorManifest(model);
    const meant = masked(options, mask);
    const prepared = prepare(task, picture, manifest, meant);
    const known = await domainNotesOf({ folder: model, manifest }, prepared);
    const { frame, job } = prepared;
    const scene = sceneOf(task, picture, frame, meant, { longest: PREVIEW_SIDE, job });
    return { ...prepared, notes: [...notes, ...prepared.notes, ...known], scene };
  },

  async run({ run: id, job, model, network, device, scene, resumeFrom }) {
    // Known before anything is awaited, so that a stop that follows at once finds the run.
    const control = new RunControl();
    controls.set(id, control);
    if (scene) scenes.set(id, scene);
    try {
      const prior = await loadPrior({ folder: model, manifest: await readPriorManifest(model) });
      const phi = network === undefined ? undefined : await loadNetwork(network);
      return await run(await backendFor(device), prior, job, {
        control,
        emit: (event) => forward(id, event),
        previewMs: PREVIEW_MS,
        checkpointMs: CHECKPOINT_MS,
        ...(resumeFrom && { resumeFrom }),
        ...(phi && { phi }),
      });
    } finally {
      controls.delete(id);
      scenes.delete(id);
    }
  },

  async explore({ session, model, device, job, values, x, source, frame, options, mask, directions }) {
    const { picture } = await decoded(source);
    const meant = masked(options, mask);
    const scene = (consistency: boolean): Scene =>
      sceneOf(job.task, picture, frame, { ...meant, consistency }, { longest: PREVIEW_SIDE, job });
    const prior = await loadPrior({ folder: model, manifest: await readPriorManifest(model) });
    if (!isGenerator(prior)) throw new Error('There are no codes to try out: this model has none.');
    const drawn = sceneOf('reconstruct', picture, frame, {}, { longest: PREVIEW_SIDE, job: { target: job.target } });
    const scenes = { consistent: scene(true), free: scene(false), drawn };
    const opened = await Exploring.open(await backendFor(device), prior, job, values, x, scenes, directions);
    await explored?.exploring.dispose();
    explored = { session, exploring: opened };
    return opened.explorable;
  },

  async tryOut({ session, exploration, want }) {
    const { shown, x, edit, whole } = await exploringOf(session).draw(exploration, want === 'soon');
    return { shown, whole, ...(want === 'made' && { made: { x, edit } }) };
  },

  thumbnails: async ({ session, part, side }) => ({ pictures: await exploringOf(session).thumbnails(part, side) }),

  viewPart: async ({ session, part, view }) => ({ shown: await exploringOf(session).view(part, view) }),

  readDirections: async ({ path }) => ({
    directions: (await readDirections(path)).map(({ name, direction }) => ({ name, direction: [...direction] })),
  }),

  async draw({ model, device, truncation, what }) {
    const key = JSON.stringify([model, device, truncation]);
    if (drawn?.key !== key) {
      await drawn?.drawing.dispose();
      drawn = undefined;
      drawn = { key, drawing: await Drawing.open(await backendFor(device), model, truncation) };
    }
    return { png: await drawn.drawing.draw(what) };
  },

  async study({ study: id, ...asked }) {
    // Known before anything is awaited, so that a stop that follows at once finds it.
    const stopping = new Stopping();
    studies.set(id, stopping);
    try {
      const tell = (news: News) => host.notify('studyNews', { study: id, news });
      return await studyWith(asked, await backendFor(asked.device), stopping, tell);
    } finally {
      studies.delete(id);
    }
  },

  async finish({ source, task, x, frame, options, mask, onto = [], rest, heard }) {
    // How long each takes, in relation: measured on 24 megapixels that are enlarged twice.
    const decoded = await decodePicture(...(await read(source)));
    const [meant, parts] = [masked(options, mask), [...onto, { x, frame }]];
    const until = (i: number): number => 0.05 + (0.6 * i) / parts.length;
    const { seed } = options;
    const around = { factor: factorOf(frame), ...(seed !== undefined && { seed }) };
    // On the processor, where it takes one pass of small networks.
    const whole =
      rest === 'untrained' ? await enlargedByUntrained(await backendFor('cpu'), decoded, around) : undefined;
    const picture = parts.reduce<Picture | undefined>(
      (made, { x, frame }, i) => finish(task, decoded, x, frame, meant, part(heard, until(i), until(i + 1)), made),
      whole,
    )!;
    return { png: encodePng(picture, {}, part(heard, 0.65, 1)), width: picture.width, height: picture.height };
  },

  async encode({ png, format, quality, record, heard }) {
    const picture = await decodePicture(png, 'the result');
    const tell = part(heard, 0.25, 1);
    tell(0);
    return { bytes: await encodeResult(picture, format, quality, record, tell) };
  },

  async compareWithTruth({ truth, task, source, result, lpips }) {
    const [bytes, name] = await read(truth);
    const original = await decodePicture(bytes, name);
    const picture = await decodePicture(result, 'the result');
    checkTruth(name, original, picture);
    const given = await decodePicture(...(await read(source)));
    return compareWithTruth(original, task, given, picture, lpips && ((a, b) => perceive(lpips, a, b)));
  },

  async plain({ source, task, options, mask }) {
    const picture = await decodePicture(...(await read(source)));
    const began = performance.now();
    const made = plainResult(task, picture, masked(options, mask));
    const milliseconds = performance.now() - began;
    return { png: encodePng(made), width: made.width, height: made.height, milliseconds };
  },

  async report({ format, entries, others, ...words }) {
    const comparison = {
      ...words,
      entries: await Promise.all(
        entries.map(async ({ row, png }) => ({ row, ...(png && { picture: await decodePicture(png, row.method) }) })),
      ),
      others: await Promise.all(
        others.map(async ({ label, source }) => ({ label, picture: await decodePicture(...(await read(source))) })),
      ),
    };
    const bytes =
      format === 'png' ? encodePng(comparisonSheet(comparison)) : new TextEncoder().encode(comparisonPage(comparison));
    return { bytes };
  },

  async samples({ model }) {
    const { manifest, files } = await loadModel({ folder: model, manifest: await readManifest(model) });
    return { jpeg: await drawSamples(await backendFor('cpu'), Generator.load(manifest, files)) };
  },

  packMask: ({ mask }) => pack(mask),

  decodeMask: async ({ source }) => pack(planeOfPicture(await decodePicture(...(await read(source))))),

  async readMask({ source, alpha }) {
    const meant = await understandMask(...(await read(source)), alpha);
    if ('shares' in meant) return meant;
    return { mask: await pack(meant.plane), ...(meant.note !== undefined && { note: meant.note }) };
  },

  encodeMask: ({ mask }) => ({ png: encodeMask(unpack(mask)) }),

  backend: async ({ device }) => ({ name: (await backendFor(device)).name }),

  amend: ({ run: id, amendment, scene }) => {
    controls.get(id)?.amend(amendment);
    if (scene && controls.has(id)) scenes.set(id, scene);
  },

  control: ({ run: id, action }) => controls.get(id)?.[action](),

  stopStudy: ({ study: id }) => studies.get(id)?.stop(),

  leave({ session }) {
    if (explored?.session !== session) return;
    void explored.exploring.dispose();
    explored = undefined;
  },
};

const host = connect(portChannel(parentPort), threadContract, handlers, threadHostContract, (problem) => {
  throw new Error(`The worker thread received ${problem}.`);
});

function forward(id: number, event: RunEvent): void {
  if (event.kind === 'done') return;
  if (event.kind !== 'preview' || !event.x) return host.notify('runEvent', { run: id, event });
  const { x, ...rest } = event;
  const scene = scenes.get(id);
  const shown = scene && preview(scene, x);
  // The runtime's own memory cannot leave the thread, so one copy of what is remembered is made here; it moves, without a second one.
  const kept = event.passing ? undefined : { ...x, data: x.data.slice() };
  const moved = [kept?.data, shown?.picture.data].flatMap((part) => (part ? [part.buffer as ArrayBuffer] : []));
  host.notify('runEvent', { run: id, event: { ...rest, ...(kept && { x: kept }), ...(shown && { shown }) } }, moved);
}

/** Tells how far a part of some work is, as a share of the whole; in hundredths, because every word is a message. */
function part(heard: number | undefined, from: number, to: number): TellShare {
  let told = 0;
  return (done) => {
    const share = Math.floor(100 * (from + (to - from) * done)) / 100;
    if (heard === undefined || share <= told) return;
    told = share;
    host.notify('share', { heard, share });
  };
}

/** The network is not kept: it is large, and needed once for each result. */
async function perceive({ path, device }: LpipsSource, a: Planes, b: Planes): Promise<number> {
  const lpips = await openLpips(path, await backendFor(device));
  try {
    return await lpips.distance(a, b);
  } finally {
    await lpips.dispose();
  }
}

const masked = (options: TaskOptions, mask: MaskPatch | undefined): TaskOptions =>
  mask ? { ...options, unknown: pictureOfMask(mask), softMask: true } : options;

interface Decoded {
  readonly picture: Picture;
  readonly notes: readonly string[];
}

/** The picture that is held, for as long as somebody asks for it now and then. */
let held: { readonly name: string; readonly decoded: Promise<Decoded>; readonly timer: NodeJS.Timeout } | undefined;
const HELD_MS = 30_000;

function hold(name: string, decoded: Promise<Decoded>): Promise<Decoded> {
  clearTimeout(held?.timer);
  const timer = setTimeout(() => (held = undefined), HELD_MS).unref();
  held = { name, decoded, timer };
  return decoded;
}

async function decoded(source: PictureSource): Promise<Decoded> {
  if ('held' in source) {
    if (held?.name !== source.held) throw new Error(NOT_HELD);
    return hold(held.name, held.decoded);
  }
  const decode = async (): Promise<Decoded> => {
    const [bytes, name] = await read(source);
    const { notes } = inspectPicture(bytes, name);
    return { picture: await decodePicture(bytes, name), notes };
  };
  return 'bytes' in source && source.hold !== undefined ? hold(source.hold, decode()) : decode();
}

async function read(source: PictureSource): Promise<[bytes: Uint8Array, name: string]> {
  if ('held' in source) throw new Error(NOT_HELD);
  return 'path' in source ? [await readBytes(source.path), source.path] : [source.bytes, source.name];
}

/** One backend a device for the life of the thread; a failed one is tried again. */
function backendFor(device: Device): Promise<Backend> {
  const known = backends.get(device);
  if (known) return known;
  const opening = openBackend(device);
  backends.set(device, opening);
  opening.catch(() => backends.delete(device));
  return opening;
}
