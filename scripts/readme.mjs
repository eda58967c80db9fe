/**
 * The README as the package holds it. The extension's page in VS Code shows no picture beside it and follows no link to a file, and
 * there may be no public repository to point to: pictures go into the text, links to pages lead to where it says how to read them, and
 * what needs a clone of the repository is left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Sections that are about a clone. */
const OF_A_CLONE = ['Try it', 'On the command line', 'Develop'];

/** The pages that come with the package, relative to it; `src/extension/documentation.ts` lists the same for people. */
export const SHIPPED_DOCS = [
  ...[
    'docs/tasks.md',
    'docs/pictures.md',
    'docs/batches.md',
    'docs/models.md',
    'docs/sidecar.md',
    'docs/performance.md',
  ],
  ...[
    'docs/tasks',
    'docs/plots',
    'docs/screenshots/models-dark.png',
    'docs/screenshots/align-dark.png',
    'docs/screenshots/faces-dark.png',
  ],
  'docs/screenshots/restorations-dark.png',
  'docs/screenshots/task-light.png',
];

const DOCUMENTATION = `## Documentation

Everything that this page refers to comes with the extension: run **GAN Prior: Read the Documentation...** in the command palette.
`;

/**
 * @param {string} text
 * @param {string} root the folder that its links start at
 */
export function packagedReadme(text, root) {
  const sections = text.split(/^(?=## )/m);
  const kept = sections.filter((section) => !OF_A_CLONE.some((title) => section.startsWith(`## ${title}\n`)));
  const licence = kept.findIndex((section) => section.startsWith('## Licence'));
  kept.splice(licence, 0, `${DOCUMENTATION}\n`);
  return kept
    .join('')
    .replace(/!\[([^\]]*)\]\((?!\w+:)([^)]+)\)/g, (_, alt, path) => `![${alt}](${dataUri(join(root, path))})`)
    .replace(/(?<!!)\[([^\]]*)\]\((?!\w+:|#)[^)]+\)/g, '[$1](#documentation)');
}

function dataUri(path) {
  return `data:image/png;base64,${readFileSync(path).toString('base64')}`;
}
