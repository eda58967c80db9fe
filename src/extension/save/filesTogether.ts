/** Several files of one name with different endings, saved where none of them is in the way of another file. */
import { fileProblem } from './fileProblem.ts';
import { writeAsking, type FileStore } from './write.ts';

/**
 * @param stem the path without an ending: where there is any of these files it is counted up, `stem-2`, `stem-3`
 * @param files bytes by ending
 * @returns their paths. Never replaces a file
 * @throws FileProblem
 */
export async function writeTogether(
  store: FileStore,
  stem: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<string[]> {
  const endings = Object.keys(files);
  const free = async (candidate: string): Promise<boolean> => {
    for (const ending of endings) if (await store.exists(`${candidate}.${ending}`)) return false;
    return true;
  };
  let index = 1;
  const candidate = (): string => (index === 1 ? stem : `${stem}-${index}`);
  try {
    while (!(await free(candidate()))) index++;
  } catch (error) {
    throw fileProblem(error, stem, 'write');
  }
  const written: string[] = [];
  for (const [ending, bytes] of Object.entries(files)) {
    // Somebody may have made such a file meanwhile.
    const path = await writeAsking(store, `${candidate()}.${ending}`, bytes, () => Promise.resolve('keepBoth'), '');
    written.push(path!);
  }
  return written;
}
