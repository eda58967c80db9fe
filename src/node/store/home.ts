/** Where the command line keeps models, and where it looks for them. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { embeddedModels } from '../models.ts';
import { StoreLayout } from './layout.ts';

/** `GANPRIOR_HOME`, else the platform's folder for an application's data. */
export function defaultHome(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env['GANPRIOR_HOME']) return env['GANPRIOR_HOME'];
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'ganprior');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'ganprior');
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'ganprior');
}

/** Folders of generator packages that an id is looked up in: the ones that come along, then the downloaded ones. */
export const modelRoots = (): string[] => [embeddedModels(), new StoreLayout(defaultHome()).models];
