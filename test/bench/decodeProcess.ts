/** Decodes a file as the product does: decodeProcess.ts FILE prints the same JSON as pillow_decode.py. */
import { readFile } from 'node:fs/promises';
import { decodePicture } from '../../src/node/codecs/index.ts';
import { median } from './table.ts';

const AGAIN = 4;

const bytes = await readFile(process.argv[2]!);
const times: number[] = [];
for (let i = 0; i <= AGAIN; i++) {
  const start = process.cpuUsage();
  await decodePicture(bytes, 'picture');
  const { user, system } = process.cpuUsage(start);
  times.push((user + system) / 1000);
}
const peakMB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ first: times[0], next: median(times.slice(1)), peakMB }));
