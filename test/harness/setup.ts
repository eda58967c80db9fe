/** Installs what the browser and workbench levels need and this machine lacks. */
import { ensureChromium } from './chromium.ts';
import { ensureCodeServer, WORKBENCH_NAME } from './codeServer.ts';

console.log(`Chromium: ${ensureChromium()}`);
ensureCodeServer();
console.log(`Workbench: ${WORKBENCH_NAME}`);
