#!/usr/bin/env node
/**
 * Stands in for the desktop executable of VS Code: takes the arguments that @vscode/test-electron passes, runs the same
 * extension tests in the workbench and extension host of code-server, and ends with their status.
 */
import { register } from 'tsx/esm/api';

register();
const { runAsDesktop } = await import('./desktopShim.ts');
process.exit(await runAsDesktop(process.argv.slice(2)));
