/**
 * Where a result goes: the `ganPrior.output` template with its variables filled in. Paths here use forward slashes, as
 * in URIs; which file system they belong to is the caller's business.
 */

import { resultFormat } from '../../node/codecs/formats.ts';

/** What `${...}` can say. Documented in the setting's description. */
export interface OutputVariables {
  readonly fileDirname: string;
  readonly fileBasename: string;
  readonly fileBasenameNoExtension: string;
  /** With the dot: ".jpg". */
  readonly fileExtname: string;
  readonly workspaceFolder: string;
  readonly userHome: string;
  readonly task: string;
  readonly model: string;
  readonly layer: number;
  readonly codes: number;
  readonly steps: number;
  readonly seed: number;
}

export const DEFAULT_OUTPUT = '${fileDirname}/${fileBasenameNoExtension}.${task}.png';

/** Counts up until the name is free, so a template that has it never meets an existing file. */
const INDEX = '${index}';

/** A template that cannot become a file name; the message is for people. */
export class OutputTemplateError extends Error {
  override name = 'OutputTemplateError';
}

/**
 * The path a template stands for.
 * @param exists whether a path is taken; asked only when the template counts with `${index}`
 * @returns an absolute path, or one relative to the workspace folder (without one: to the picture's folder)
 * @throws OutputTemplateError for an unknown variable, an empty name, or a name with an ending that is no result's
 */
export async function outputPath(
  template: string,
  variables: OutputVariables,
  exists: (path: string) => Promise<boolean>,
): Promise<string> {
  const filled = template.trim().replace(/\$\{([^}]*)\}/g, (match, name: string) => {
    if (match === INDEX) return INDEX;
    if (!Object.hasOwn(variables, name)) {
      const known = [...Object.keys(variables), 'index'].map((key) => `\${${key}}`).join(', ');
      throw new OutputTemplateError(`"ganPrior.output" has an unknown variable ${match}. It can use ${known}.`);
    }
    return String(variables[name as keyof OutputVariables]);
  });
  const path = filled.replace(/\\/g, '/').replace(/(?<=[^/])\/{2,}/g, '/');
  if (!resultFormat(path)) {
    throw new OutputTemplateError(
      `"ganPrior.output" must name a .png, .jpg or .webp file, and "${template}" does not.`,
    );
  }
  if (!path.includes(INDEX)) return path;
  for (let index = 1; ; index++) {
    const candidate = path.replaceAll(INDEX, String(index));
    if (!(await exists(candidate))) return candidate;
  }
}

/** The first free neighbour of a taken name: `a.png`, `a-2.png`, `a-3.png`, ... */
export async function freeNeighbour(path: string, exists: (path: string) => Promise<boolean>): Promise<string> {
  const dot = path.lastIndexOf('.');
  for (let index = 2; ; index++) {
    const candidate = `${path.slice(0, dot)}-${index}${path.slice(dot)}`;
    if (!(await exists(candidate))) return candidate;
  }
}

/** Absolute on any of the file systems people have: /a, C:/a, //server/a. */
export const isAbsolute = (path: string): boolean => /^(\/|[a-z]:\/)/i.test(path);

/** The variables that a picture's path gives. */
export function fileVariables(path: string): Pick<OutputVariables, `file${string}` & keyof OutputVariables> {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  return {
    fileDirname: path.slice(0, Math.max(slash, 0)),
    fileBasename: name,
    fileBasenameNoExtension: stem,
    fileExtname: name.slice(stem.length),
  };
}
