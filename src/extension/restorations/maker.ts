/** How one picture of many is restored: as its editor would do it, with nobody asked anything on the way. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Outcome, RunEvent } from '../../engine/inversion/job.ts';
import type { Facts } from '../../node/batch/report.ts';
import type { Making } from '../../node/batch/service.ts';
import { embeddedRecord } from '../../node/codecs/encode.ts';
import { parseRecord } from '../../node/record.ts';
import { regionFor } from '../../shared/chosenRegion.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { Params } from '../../shared/documentState.ts';
import type { Plan, Workshop } from '../document/workshop.ts';
import { outputUri, writeResult, type Encode } from '../save/saveResult.ts';
import { SidecarFile } from '../save/sidecarFile.ts';
import type { Settings } from '../settings.ts';
import type { Picture } from './picture.ts';

export interface MakerServices {
  workshop(picture: vscode.Uri): Workshop;
  settings(picture: vscode.Uri): Pick<Settings, 'output' | 'quality' | 'record'>;
  /** A picture's file, as a file of another format; with the record in it, if given. */
  encode(picture: Uint8Array, how: Parameters<Encode>, signal: AbortSignal): ReturnType<Encode>;
}

/** The same picture is made whenever a run is repeated, so that one may go on where it was. */
const SEED = 0;
/** Variables of `ganPrior.output` that are known once a run is prepared. */
const OF_THE_RUN = /\$\{(model|layer|codes|steps|seed)\}/;
const NOTHING_YET = { model: '', layer: 0, codes: 0, steps: 0, seed: SEED };

export class Maker {
  /** What was prepared to know a name, until it is made. */
  #prepared: { readonly picture: Picture; readonly plan: Plan } | undefined;

  constructor(private readonly services: MakerServices) {}

  /** Where `ganPrior.output` puts the result. */
  async place(picture: Picture): Promise<string> {
    const uri = vscode.Uri.file(picture.name);
    const template = this.services.settings(uri).output;
    const known = OF_THE_RUN.test(template) ? factsOf(await this.#plan(picture)) : NOTHING_YET;
    const result = { task: picture.task, ...known };
    const { fsPath } = await outputUri(picture.alike ? withEnding(template) : template, uri, result);
    // What was made of another picture, whose name differs in its ending alone, is no result of this one.
    if (picture.alike || !(await isOfAnother(fsPath, picture.name))) return fsPath;
    return (await outputUri(withEnding(template), uri, result)).fsPath;
  }

  /** @returns nothing when it was stopped: half a run is no result */
  async make(picture: Picture, output: string, { obey, tell }: Making): Promise<Facts | undefined> {
    const { services } = this;
    const uri = vscode.Uri.file(picture.name);
    const given = new AbortController();
    const { signal } = given;
    try {
      const plan = await this.#plan(picture);
      this.#prepared = undefined;
      const workshop = services.workshop(uri);
      let outcome: Outcome | undefined;
      const run = workshop.start(plan, undefined, (event: RunEvent) => {
        if (event.kind === 'progress') tell(event.step / event.iterations, event.etaMs);
        if (event.kind === 'done') outcome = event.outcome;
      });
      obey((order) => {
        if (order === 'stop') given.abort();
        run.control(order);
      });
      await run.done;
      signal.throwIfAborted();
      const { png, record, width, height } = await workshop.compose(plan, outcome!, { signal });
      const { quality, record: place } = services.settings(uri);
      const target = vscode.Uri.file(output);
      await writeResult(target, uri, record, {
        encode: (...how) => services.encode(png, how, signal),
        ...{ quality, place, asked: false },
        // Somebody made the file meanwhile: neither is lost.
        ask: () => Promise.resolve('keepBoth'),
      });
      const { steps, milliseconds } = outcome!;
      return { model: plan.manifest.id, steps, seconds: milliseconds / 1000, width, height };
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  async #plan(picture: Picture): Promise<Plan> {
    if (this.#prepared?.picture === picture) return this.#prepared.plan;
    const uri = vscode.Uri.file(picture.name);
    const workshop = this.services.workshop(uri);
    const { region, choices, masks } = await keptOf(uri, workshop);
    const params: Params = {
      seed: SEED,
      ...(choices?.task === picture.task && choices.params),
      ...(region && { region: regionFor(region) }),
    };
    const plan = await workshop.prepare(picture.task, params, await maskFor(picture, workshop, masks));
    this.#prepared = { picture, plan };
    return plan;
  }
}

/** What was painted and chosen in the editor of a picture, as the file beside it says. */
async function keptOf(uri: vscode.Uri, workshop: Workshop) {
  const sidecar = new SidecarFile(uri);
  const { mask, otherMasks = [], region, choices } = await sidecar.read();
  const files = [...(mask ? [mask] : []), ...otherMasks];
  return { region, choices, masks: () => Promise.all(files.map((file) => workshop.decodeMask(file, sidecar.name))) };
}

async function maskFor({ task, name }: Picture, workshop: Workshop, masks: () => Promise<MaskPatch[]>) {
  if (task !== 'inpaint') return undefined;
  const { width, height } = await workshop.inspect();
  const mask = (await masks()).find((one) => one.width === width && one.height === height && one.tiles.length > 0);
  if (mask) return mask;
  throw new Error(
    vscode.l10n.t(
      'Nothing is painted on {0} yet: open it, paint over what is to be filled, then try again.',
      basename(name),
    ),
  );
}
const factsOf = ({ manifest, job: { layer, codes, iterations, seed } }: Plan) => ({
  ...{ model: manifest.id, layer, codes, steps: iterations, seed },
});

const withEnding = (template: string): string => template.replaceAll('${fileBasenameNoExtension}', '${fileBasename}');

/** Whether the record in a file says that it was made of a picture of another name. */
async function isOfAnother(output: string, picture: string): Promise<boolean> {
  const bytes = await readFile(output).catch(() => undefined);
  const record = bytes && parseRecord(embeddedRecord(bytes) ?? '');
  return record !== undefined && record.source.name !== basename(picture);
}
