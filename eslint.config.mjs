import tseslint from 'typescript-eslint';

/** Folder -> the sibling folders it may import. Everything not listed is forbidden, so the arrows stay visible here. */
const ARROWS = {
  engine: [],
  importers: ['engine'],
  shared: ['engine'],
  node: ['engine', 'importers', 'shared'],
  webview: ['engine', 'importers', 'shared'],
  extension: ['engine', 'importers', 'shared', 'node'],
  cli: ['engine', 'importers', 'shared', 'node'],
};

/** Packages that tie code to one host; the pure folders may not import them. */
const HOST_PACKAGES = ['vscode', 'node:*', 'onnxruntime-node', 'onnxruntime-web', 'onnxruntime-web/*'];

const direction = Object.entries(ARROWS).map(([folder, allowed]) => {
  const forbidden = Object.keys(ARROWS).filter((other) => other !== folder && !allowed.includes(other));
  const patterns = [
    {
      group: forbidden.map((other) => `**/${other}/**`),
      message: `src/${folder} may not import this: see docs/architecture.md.`,
    },
  ];
  if (['engine', 'importers'].includes(folder))
    patterns.push({ group: HOST_PACKAGES, message: `src/${folder} is pure TypeScript.` });
  if (folder === 'shared') patterns.push({ group: HOST_PACKAGES, message: 'src/shared runs on both sides.' });
  if (folder === 'webview')
    patterns.push({ group: ['vscode', 'node:*', 'onnxruntime-node'], message: 'The webview runs in a browser.' });
  if (folder === 'cli' || folder === 'node')
    patterns.push({ group: ['vscode'], message: `src/${folder} runs without VS Code.` });
  return { files: [`src/${folder}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
});

/** The toolkit is archived upstream: one module stands between it and everything else. */
const toolkit = {
  files: ['src/**/*.ts'],
  ignores: ['src/webview/toolkit.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      {
        selector: "ImportDeclaration[source.value='@vscode/webview-ui-toolkit']",
        message: 'Import src/webview/toolkit.ts instead.',
      },
    ],
  },
};

/** Test functions return promises that the runner itself awaits. */
const NODE_TEST = [
  {
    from: 'package',
    package: 'node:test',
    name: ['test', 'describe', 'it', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
  },
];

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', '.harness/**', '**/*_pb.ts', 'models/training/**'] },
  ...tseslint.configs.strict,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: NODE_TEST }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // The index checks of noUncheckedIndexedAccess make `!` the honest way to say "in range by construction".
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  ...direction,
  toolkit,
);
