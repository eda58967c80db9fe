/** Paths as settings write them, and the URIs that they stand for. Pure. */

/** What of a URI says where a file is. */
export interface Place {
  readonly scheme: string;
  /** Of `file`: the server of a share. */
  readonly authority: string;
  readonly path: string;
}

/** A folder or file as a setting would name it: one of a share begins with its server, "//server/share/folder". */
export const pathOf = ({ scheme, authority, path }: Place): string =>
  scheme === 'file' && authority !== '' ? `//${authority}${path}` : path;

/**
 * The other way.
 * @param path absolute, with forward slashes
 * @param near the picture: a path is one of its file system
 * @param home the person's home folder, which is on the disk whatever the picture is on
 */
export function placeAt(path: string, near: Place, home: string): Place {
  const { scheme, authority } = near;
  const isHome = path.startsWith(`${home}/`) && !near.path.startsWith(`${home}/`);
  if (scheme !== 'file' && !isHome) return { scheme, authority, path };
  const [, server, rest] = /^\/\/([^/]+)(\/.*)$/.exec(path) ?? [];
  if (server !== undefined && rest !== undefined) return { scheme: 'file', authority: server, path: rest };
  return { scheme: 'file', authority: '', path: path.startsWith('/') ? path : `/${path}` };
}
