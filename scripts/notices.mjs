/** THIRD_PARTY_NOTICES.txt: whose code is in a package, under which licence, with its full text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODECS } from './codecs.mjs';

/** Packages that publish no licence file: the copyright line, and the texts beside this script that go with it. */
const WITHOUT_FILE = [
  { names: /^(onnxruntime-|@microsoft\/fast-|@vscode\/l10n)/, texts: ['microsoft-mit.txt'] },
  {
    names: /^@bufbuild\/protobuf$/,
    copyright:
      'Copyright 2021-2026 Buf Technologies, Inc.\nCopyright 2008 Google Inc. All rights reserved. (wire/varint)',
    texts: ['apache-2.0.txt', 'bsd-3-clause.txt'],
  },
];

/** Files that are part of what is shipped though no package.json names them. */
const EXTRA_FILES = {
  '@jsquash/webp': ['codec/LICENSE.codec.md'],
};

/** ONNX Runtime's binaries contain further libraries, which its own list names. */
const FURTHER = {
  'onnxruntime-web': 'https://github.com/microsoft/onnxruntime/blob/v1.30.0/ThirdPartyNotices.txt',
  'onnxruntime-node': 'https://github.com/microsoft/onnxruntime/blob/v1.30.0/ThirdPartyNotices.txt',
};

/** What is built here from others' sources (scripts/jpegDecoder), and its text beside this script. */
const BUILT = [{ title: 'libjpeg-turbo 3.2.0 (IJG)', text: 'libjpeg-turbo.txt' }];

/**
 * Packages that contributed to the bundles or lie beside them, as their folders in node_modules.
 * @param {readonly string[]} inputs paths of bundled files, relative to the repository
 */
export function bundledPackages(inputs) {
  const paths = [...inputs, ...CODECS];
  const folders = paths.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * @param {readonly string[]} folders
 * @throws Error naming a package whose licence is not known
 */
export function notices(folders) {
  const packages = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const title = `${name} ${version} (${license})`;
    const further = FURTHER[name] ? [`It contains third-party software listed at ${FURTHER[name]}`] : [];
    return section(title, ...licenceTexts(folder, name), ...further);
  });
  const sections = [...packages, ...BUILT.map(({ title, text }) => section(title, licenceText(text)))];
  return ['This package contains the following third-party software.', '', ...sections].join('\n\n');
}

function licenceTexts(folder, name) {
  const own = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copyright)/i.test(file));
  const files = [...own, ...(EXTRA_FILES[name] ?? [])].map((file) => join(folder, file));
  if (own.length > 0)
    return files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8').trim() + '\n');
  const known = WITHOUT_FILE.find(({ names }) => names.test(name));
  if (!known) throw new Error(`${name} has no licence file: add its licence to scripts/notices.mjs.`);
  return [...(known.copyright ? [known.copyright + '\n'] : []), ...known.texts.map(licenceText)];
}

const section = (title, ...texts) => [title, '-'.repeat(title.length), '', ...texts].join('\n');

const licenceText = (file) => readFileSync(join(import.meta.dirname, 'licences', file), 'utf8').trim() + '\n';
