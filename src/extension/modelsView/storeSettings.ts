/** The settings about models beyond the one that is used. */
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';

export interface StoreSettings {
  /** The folder that models are kept in; undefined for the extension's own. */
  readonly folder: string | undefined;
  /** Further catalogues: https addresses and absolute paths. */
  readonly catalogs: readonly string[];
  readonly keepCheckpoints: boolean;
  readonly halfPrecision: boolean;
  readonly sampleModels: boolean;
}

export function readStoreSettings(): StoreSettings {
  const configuration = vscode.workspace.getConfiguration('ganPrior');
  const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
  const folder = text(configuration.get('modelFolder'));
  const catalogs = configuration.get<unknown>('catalogs');
  return {
    folder: isAbsolute(folder) ? folder : undefined,
    // A catalogue says what is downloaded from where, so nothing of a workspace that is not trusted counts.
    catalogs: vscode.workspace.isTrusted && Array.isArray(catalogs) ? catalogs.map(text).flatMap(resolve) : [],
    keepCheckpoints: configuration.get('keepCheckpoints') === true,
    halfPrecision: configuration.get('halfPrecision') === true,
    sampleModels: configuration.get('sampleModels') !== false,
  };
}

/** A relative path starts at the first workspace folder that is on the disk. */
function resolve(catalog: string): string[] {
  if (catalog === '') return [];
  if (/^https?:/i.test(catalog) || isAbsolute(catalog)) return [catalog];
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  return folder ? [join(folder.uri.fsPath, catalog)] : [];
}
