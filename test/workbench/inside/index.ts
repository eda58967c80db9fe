/** `extensionTestsPath`: runs the suite with Mocha and writes what happened to the file TEST_RESULTS names. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export interface Outcome {
  readonly title: string;
  /** Absent: it passed. */
  readonly error?: string;
}

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 120_000, reporter: 'min' });
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, '', mocha);
  await import('./suite.ts');
  const outcomes: Outcome[] = [];
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => outcomes.push({ title: test.fullTitle() }))
      .on('fail', (test, error: Error) =>
        outcomes.push({ title: test.fullTitle(), error: error.stack ?? error.message }),
      );
  });
  writeFileSync(process.env['TEST_RESULTS']!, JSON.stringify(outcomes));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
