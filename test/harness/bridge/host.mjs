/**
 * The extension host's end of ../bridge.ts, loaded as `extensionTestsPath`: evaluates the functions that arrive, one
 * JSON document a line, with the vscode API as their first argument.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';

export const run = () =>
  new Promise((resolve, reject) => {
    const socket = connect(process.env.TEST_BRIDGE);
    const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
    socket.on('error', reject);
    socket.on('close', resolve);
    socket.on('connect', () => send({ ready: true }));
    createInterface({ input: socket }).on('line', async (line) => {
      const { id, prelude, source, args } = JSON.parse(line);
      try {
        const result = await new Function('vscode', 'args', `${prelude} return (${source})(vscode, ...args)`)(
          vscode,
          args,
        );
        send({ id, result });
      } catch (error) {
        send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    });
  });
