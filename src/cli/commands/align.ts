/** `ganprior align IMAGE --out DIR`: the faces of a picture, cut out as face priors know them. */
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Point } from '../../engine/faces/alignment.ts';
import type { Face } from '../../engine/faces/detector.ts';
import type { Picture } from '../../engine/image/picture.ts';
import { regionOfQuad } from '../../engine/tasks/index.ts';
import { cutSquare } from '../../engine/tasks/turned.ts';
import { decodePicture, encodePng, readBytes } from '../../node/codecs/index.ts';
import { detectorOf } from '../../node/faces.ts';
import { writeFiles, type NewFile } from '../../node/files.ts';
import { inWords, searched } from '../faces.ts';
import { Interruption } from '../interruption.ts';
import { toJson } from '../../node/report/json.ts';
import { checkPlaces } from '../places.ts';
import { say } from '../thread.ts';

interface AlignOptions {
  readonly out: string;
  readonly detector?: string;
  readonly force?: boolean;
}

/** What is found, in the picture's pixels. */
const LIST = 'faces.json';

const HELP = `
faces.json: {"faces": [{"score", "landmarks": {"leftEye": [x, y], "rightEye", "leftMouth", "rightMouth"}, "quad": four [x, y]}]},
the surest first; left is left in the picture; the quad holds the corners of FFHQ's crop, the top left one first, clockwise.
Crops are face-1.png, face-2.png and so on, as large as they are in the picture, which is mirrored where they reach beyond it.`;

export function addAlignCommand(program: Command): void {
  program
    .command('align')
    .summary('find faces and cut them out')
    .description('Finds the faces of a picture and cuts them out upright and centred, as FFHQ and CelebA-HQ have them.')
    .argument('<image>', 'PNG, JPEG, WebP or BMP file')
    .requiredOption('--out <dir>', 'folder for faces.json and the crops')
    .option('--detector <file>', 'ONNX file of the detector (default: the downloaded one)')
    .option('--force', 'replace existing files')
    .addHelpText('after', HELP)
    .action((image: string, options: AlignOptions) => align(image, options));
}

async function align(image: string, { out, detector, force = false }: AlignOptions): Promise<void> {
  const network = detectorOf(detector);
  await checkPlaces([['--out', join(out, LIST)]], { inputs: [image, detector], force });
  const picture = await decodePicture(await readBytes(image), image);
  const interruption = new Interruption();
  try {
    const faces = await searched(`align ${image}`, picture, network, interruption.signal);
    const crops = faces.map((face, i): NewFile => [join(out, `face-${i + 1}.png`), encodePng(cropOf(picture, face))]);
    const list = new TextEncoder().encode(`${toJson({ faces: faces.map(asJson) })}\n`);
    await writeFiles([[join(out, LIST), list], ...crops], force);
    say(`${image}: ${faces.length === 0 ? 'no face was found' : inWords(faces.length)}, in ${out}`);
  } catch (error) {
    // Who asked for the end knows of it.
    if (!interruption.requested) throw error;
  } finally {
    interruption.dispose();
  }
}

const asJson = ({ score, landmarks, quad }: Face) => ({
  score,
  landmarks: {
    leftEye: pair(landmarks.leftEye),
    rightEye: pair(landmarks.rightEye),
    leftMouth: pair(landmarks.leftMouth),
    rightMouth: pair(landmarks.rightMouth),
  },
  quad: quad.map(pair),
});

const pair = ({ x, y }: Point): [number, number] => [x, y];

/** Opaque: what lies beyond the picture is its mirror image. */
function cropOf(picture: Picture, { quad }: Face): Picture {
  const crop = cutSquare(picture, regionOfQuad(quad));
  for (let i = 3; i < crop.data.length; i += 4) crop.data[i] = 255;
  return crop;
}
