/** Where things are in the repository, for everything that tests or packages it. */
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
/** Large downloads that outlive a test run; ignored by git. */
export const CACHE = join(ROOT, '.harness');
export const FIXTURES = join(ROOT, 'test/fixtures');
/** Throwaway output of tests and scripts; ignored by git. */
export const OUT = join(ROOT, 'out');
