/**
 * Builds src/node/codecs/jpegDecoder.wasm: `node scripts/jpegDecoder/build.mjs SOURCE`, where SOURCE is a clone of
 * https://github.com/libjpeg-turbo/libjpeg-turbo (tag 3.2.0). Needed only where something in this folder changes.
 *
 * Debian 12: apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Tag 3.2.0. */
const COMMIT = 'c85e6b905bf237038faa936dab160ebfc5da0344';
const TARGET = ['--target=wasm32-wasi', '-msimd128'];
const COMPILE = [...TARGET, '-O3', '-DNDEBUG', '-DNO_GETENV', '-Wall', '-Wextra', '-Wno-unused-parameter'];
const RUNTIME = '/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a';

/** Of the library: Huffman decoding of 8 bits, baseline and progressive. The inverse DCT is in kernels.c. */
const LIBRARY = [
  ...['jcomapi', 'jdapimin', 'jdatasrc', 'jdhuff', 'jdinput', 'jdmarker', 'jdmaster', 'jdphuff', 'jerror', 'jmemmgr'],
  ...['jmemnobs', 'jpeg_nbits'],
  ...['jdapistd', 'jdcoefct', 'jdcolor', 'jddctmgr', 'jdmainct', 'jdpostct', 'jdsample', 'jutils'].map(
    (name) => `wrapper/${name}-8`,
  ),
];

const own = import.meta.dirname;
const [source] = process.argv.slice(2);
if (!source) throw new Error('Usage: node scripts/jpegDecoder/build.mjs SOURCE');
const git = (...args) => execFileSync('git', ['-C', source, ...args], { encoding: 'utf8' });
if (git('rev-parse', 'HEAD').trim() !== COMMIT || git('status', '--porcelain') !== '') {
  throw new Error(`${source} is not at ${COMMIT} as published.`);
}

const folder = mkdtempSync(join(tmpdir(), 'jpegDecoder-'));
try {
  const compile = (file) => {
    const object = join(folder, `${basename(file)}.o`);
    const includes = [`-I${own}`, `-I${join(source, 'src')}`];
    execFileSync('clang-19', [...COMPILE, ...includes, '-c', file, '-o', object], { stdio: 'inherit' });
    return object;
  };
  const files = [
    ...LIBRARY.map((name) => join(source, 'src', `${name}.c`)),
    ...['decoder.c', 'kernels.c'].map((name) => join(own, name)),
  ];
  const out = join(own, '../../src/node/codecs/jpegDecoder.wasm');
  execFileSync(
    'wasm-ld-19',
    [
      ...['/usr/lib/wasm32-wasi/crt1-reactor.o', '--entry', '_initialize', ...files.map(compile)],
      ...['-L/usr/lib/wasm32-wasi', '-lc', RUNTIME, '--gc-sections', '--strip-all', '-O2'],
      // The stack below everything else: one that overflows ends the instance instead of overwriting data.
      ...['--stack-first', '-z', 'stack-size=262144'],
      // What the library would call for other depths, lossless coding and scaled sizes becomes a trap; decoder.c does not get there.
      ...['--unresolved-symbols=ignore-all', '-o', out],
    ],
    { stdio: 'inherit' },
  );
  const binary = readFileSync(out);
  console.log(`${out}: ${binary.length} bytes, SHA-256 ${createHash('sha256').update(binary).digest('hex')}`);
} finally {
  rmSync(folder, { recursive: true });
}
