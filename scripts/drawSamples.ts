/** Draws the strip of a package that shows what its model draws: `npx tsx scripts/drawSamples.ts FOLDER`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCpu } from '../src/node/backends.ts';
import { generatorOf, openModel } from '../src/node/models.ts';
import { drawSamples, SAMPLES_FILE } from '../src/node/samples.ts';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Usage: drawSamples.ts FOLDER');
const strip = await drawSamples(await openCpu(), generatorOf(await openModel(folder, [])));
await writeFile(join(folder, SAMPLES_FILE), strip);
console.log(`${join(folder, SAMPLES_FILE)}: ${strip.length} bytes`);
