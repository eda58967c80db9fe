/** The one pass of the networks trained on drawings: they restore the target, or fill its gaps. */
import type { Backend } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import { unweighed } from '../image/fit.ts';
import { noiseDeviation } from '../image/noise.ts';
import type { Planes } from '../image/picture.ts';
import { tensorToPlanes } from '../image/planes.ts';
import type { Job } from '../inversion/job.ts';
import type { Following, Pass } from '../onePass/pass.ts';
import type { Untrained } from '../prior.ts';
import { DrawnNetworks, tilesFor } from './drawnNetworks.ts';
import { GapFiller } from './gaps.ts';

/** @throws ParameterError where the networks are not at hand */
export async function drawnPass(backend: Backend, { drawn }: Untrained): Promise<Pass> {
  if (!drawn) throw new ParameterError('The networks of the one pass are not at hand here: they run in the host.');
  const networks = await DrawnNetworks.open(backend, drawn);
  return { make: (job, following) => make(networks, job, following), dispose: () => networks.dispose() };
}

async function make(networks: DrawnNetworks, job: Job, following: Following): Promise<Planes> {
  const { each } = following;
  const target = tensorToPlanes(job.target);
  if (job.task !== 'inpaint') {
    const isDenoised = job.task === 'denoise';
    const tiles = tilesFor(target, isDenoised ? undefined : job.factor);
    following.begin(tiles);
    const onto = tiles > 1 ? following.canvas() : undefined;
    if (isDenoised) return networks.denoise(target, noiseDeviation(target), each, onto);
    return networks.enlarge(target, job.factor, each, onto);
  }
  if (!job.known) throw new ParameterError('There is nothing to fill: all of the picture is known.');
  const known = tensorToPlanes(job.known);
  const filler = new GapFiller(unweighed(target, known), known);
  following.begin(await filler.tiles());
  following.show(filler.smooth);
  const { picture, notes } = await filler.fill(networks, each);
  notes.forEach(following.note);
  return picture;
}
