/** Takes a finished run apart, and shows the parts. */
import type { Picture, Planes } from '../engine/image/picture.ts';
import { tensorToPlanes, toPicture } from '../engine/image/planes.ts';
import { inspectChannels, inspectCodes, sharesOf, type ChannelPart, type CodePart } from '../engine/inspect/parts.ts';
import type { Tensor } from '../engine/tensor.ts';
import { openBackend } from '../node/backends.ts';
import { encodePng } from '../node/codecs/index.ts';
import { writeFiles, type NewFile } from '../node/files.ts';
import { generatorOf, openModel } from '../node/models.ts';
import { modelRoots } from '../node/store/home.ts';
import type { InspectOptions } from './commands/inspect.ts';
import { openFinishedRun } from './finishedRun.ts';
import { toJson } from '../node/report/json.ts';
import { table, type Column } from '../node/report/measures.ts';
import { checkPlaces } from './places.ts';
import { drawGrid, type Tile } from '../node/report/sheet.ts';
import { StatusLine } from './statusLine.ts';
import { say } from './thread.ts';

export async function inspect({
  model,
  state,
  layer,
  channels: most,
  out,
  json,
  force = false,
  device,
}: InspectOptions) {
  const inputs = ['z', 'w', 'alpha', 'styles', 'x'].map((name) => `${state}/${name}.npy`);
  await checkPlaces(
    [
      ['--out', out],
      ['--json', json],
    ],
    { inputs, force },
  );
  const generator = generatorOf(await openModel(model, modelRoots()));
  const backend = await openBackend(device);
  const finished = await openFinishedRun(backend, generator, state, { layer });
  const status = new StatusLine();
  try {
    const shares = await sharesOf(backend, generator, finished);
    const parts = await inspectCodes(finished, shares, (share) => {
      const text = `inspect ${state}: ${Math.round(100 * share)} % of the codes`;
      status.show(text, text);
    });
    const codes = parts.sort((a, b) => b.share - a.share);
    const channels = await inspectChannels(finished, shares, most);
    status.clear();
    console.log(table(COLUMNS, codes));
    const files: NewFile[] = [];
    if (json !== undefined) {
      const record = {
        ...{ model: generator.manifest.id, layer: finished.job.layer, backend: backend.name },
        codes: codes.map(({ code, share, change }) => ({ code, share, change })),
        channels: channels.map(({ channel, share, change }) => ({ channel, share, change })),
      };
      files.push([json, new TextEncoder().encode(`${toJson(record, 2)}\n`)]);
    }
    if (out !== undefined) files.push([out, encodePng(drawGrid(rows(finished.x, codes, channels)))]);
    await writeFiles(files, force);
    if (out !== undefined) say(`sheet: ${out}`);
  } finally {
    status.clear();
    await finished.session.dispose();
  }
}

const COLUMNS: readonly Column<CodePart>[] = [
  { title: 'code', cell: ({ code }) => String(code) },
  { title: 'share', cell: ({ share }) => share.toFixed(3) },
  { title: 'change', cell: ({ change }) => change.toFixed(4) },
];

function rows(
  x: Tensor<'float32'>,
  codes: readonly CodePart[],
  channels: readonly ChannelPart[],
): (Tile | undefined)[][] {
  // A single pixel on an edge would leave everything else black.
  const all = Float32Array.from([...codes, ...channels].flatMap(({ map }) => [...map.data])).sort();
  const brightest = Math.max(1e-6, all[Math.floor(0.99 * all.length)]!);
  const tile = (image: Tensor<'float32'>, ...lines: string[]): Tile => ({
    picture: toPicture(tensorToPlanes(image)),
    lines,
  });
  const where = ({ map, change }: CodePart | ChannelPart): Tile => ({
    picture: grey(map, brightest),
    lines: ['change', change.toFixed(4)],
  });
  return [
    [tile(x, 'result')],
    ...codes.map((part) => [
      tile(part.own, `code ${part.code}`, `share ${part.share.toFixed(3)}`),
      tile(part.alone, 'term alone'),
      tile(part.without, 'without it'),
      where(part),
    ]),
    ...channels.map((part) => [
      undefined,
      undefined,
      tile(part.without, `no channel ${part.channel}`, `share ${part.share.toFixed(3)}`),
      where(part),
    ]),
  ];
}

/** A plane as a picture, white where it reaches `brightest`. */
function grey({ width, height, data }: Planes, brightest: number): Picture {
  const plane = data.map((value) => (2 * value) / brightest - 1);
  const three = new Float32Array(3 * plane.length);
  for (let c = 0; c < 3; c++) three.set(plane, c * plane.length);
  return toPicture({ width, height, channels: 3, data: three });
}
