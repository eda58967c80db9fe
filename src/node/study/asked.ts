/** A study that the extension asks its thread for: the same as the command line's, told as news. */
import type { InferOutput } from 'valibot';
import type { Backend } from '../../engine/backends/backend.ts';
import type { RunEvent } from '../../engine/inversion/job.ts';
import { RunControl } from '../../engine/inversion/control.ts';
import type { studiedSchema, studySchema } from '../../shared/study/thread.ts';
import type { News } from '../../shared/study/row.ts';
import { encodePng } from '../codecs/index.ts';
import { openLpips } from '../lpips.ts';
import { loadNetwork, readNetworkManifest } from '../perceptual.ts';
import { loadPrior, readPriorManifest } from '../priors.ts';
import { Cells } from './cells.ts';
import { comparedWith, STUDY_FILES } from './files.ts';
import { placesOf, readSubject, type ComparedBy, type Place } from './plan.ts';
import { study, type StudyEvent } from './study.ts';

/** A request to end that the run at hand hears, too. */
export class Stopping {
  #control: RunControl | undefined;
  requested = false;

  stop(): void {
    this.requested = true;
    this.#control?.stop();
  }

  /** The control of the next run. */
  control(): RunControl {
    this.#control = new RunControl();
    if (this.requested) this.#control.stop();
    return this.#control;
  }
}

type Asked = Omit<InferOutput<typeof studySchema>, 'study'>;

/** @throws FileError for a picture or a model that cannot be read, ParameterError for a picture that the task cannot take */
export async function studyWith(
  { bytes, name, models, cells, lpips: metric, ...wish }: Asked,
  backend: Backend,
  stopping: Stopping,
  tell: (news: News) => void,
): Promise<InferOutput<typeof studiedSchema>> {
  const found = await Promise.all(
    models.map(async (model) => ({ ...model, manifest: await readPriorManifest(model.folder) })),
  );
  const manifests = found.map(({ manifest }) => manifest);
  const subject = await readSubject(bytes, name, manifests, wish);
  const places: Place[] = [];
  for (const { folder, manifest, settings, network } of found) {
    const prior = await loadPrior({ folder, manifest });
    const compared: ComparedBy = {
      ...(settings.perceptual && { perceptual: settings.perceptual }),
      ...(network !== undefined && {
        network: { phi: await loadNetwork(network), sha256: (await readNetworkManifest(network)).sha256 },
      }),
    };
    places.push(...placesOf(prior, wish, compared));
  }
  const png = encodePng;
  const compared = comparedWith({ subject, wish }).map(({ label, picture }) => ({ label, png: png(picture) }));
  const rows = places.map(({ row }) => row);
  tell({ kind: 'planned', rows, degraded: subject.description, backend: backend.name, compared });
  const lpips = metric === undefined ? undefined : await openLpips(metric, backend);
  try {
    const explain = (error: unknown) => (error instanceof Error ? error.message : String(error));
    const hear = (index: number, event: StudyEvent): void => {
      const news = newsOf(index, event);
      if (news) tell(news);
    };
    const done = await study(places, subject, wish, {
      backend,
      cells: new Cells(cells),
      lpips,
      stopping,
      explain,
      tell: hear,
    });
    const studied = { subject, wish, backend: backend.name, done };
    const files = {
      png: STUDY_FILES.png(studied),
      json: STUDY_FILES.json(studied),
      csv: STUDY_FILES.csv(studied),
      html: STUDY_FILES.html(studied),
    };
    return { stopped: stopping.requested, ...(done.some(({ picture }) => picture) && { files }) };
  } finally {
    await lpips?.dispose();
  }
}

function newsOf(index: number, event: StudyEvent): News | undefined {
  switch (event.kind) {
    case 'begins':
      return { kind: 'begins', index };
    case 'run':
      return progressOf(index, event.event);
    case 'ends': {
      const { row, picture } = event.done;
      return { kind: 'ends', index, row, known: event.known, ...(picture && { png: encodePng(picture) }) };
    }
  }
}

function progressOf(index: number, event: RunEvent): News | undefined {
  if (event.kind === 'phase')
    return { kind: 'progress', index, phase: event.phase, share: Math.min(1, event.fraction ?? 0) };
  if (event.kind !== 'progress') return undefined;
  const { step, iterations, etaMs } = event;
  return { kind: 'progress', index, phase: 'optimising', share: Math.min(1, step / iterations), etaMs };
}
