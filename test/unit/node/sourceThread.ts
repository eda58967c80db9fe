import { RunThread } from '../../../src/node/thread.ts';

/** The run thread from its sources: workers do not inherit the loader that reads TypeScript, so it is registered first. */
export function sourceThread(): RunThread {
  const entry = new URL('../../../src/node/runThread.ts', import.meta.url).href;
  const loader = import.meta.resolve('tsx/esm/api');
  const script = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entry)}); });`;
  return new RunThread(script, { eval: true });
}
