/**
 * `ganprior`: the engine without VS Code. The work is done in a thread of its own, because the native runtime and the
 * conversion of a checkpoint keep their thread busy for seconds: the main one stays free for signals and for output.
 */
import { isMainThread } from 'node:worker_threads';
import { supervise } from './supervisor.ts';

if (isMainThread) supervise(new URL(import.meta.url));
else await (await import('./main.ts')).main();
