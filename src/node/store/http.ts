/**
 * One request, redirects included.
 *
 * It uses the global `fetch`: in VS Code's extension host that one is patched to honour the proxy settings and the
 * system's certificates (`http.proxy*`, `http.fetchAdditionalSupport`), redirects taken by hand included. The patch is
 * made in the host's main thread alone, so downloads do not run in a worker.
 */
import { mayRedirect } from './address.ts';
import { DownloadError, TransientError } from './errors.ts';

const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** The longest that a server's Retry-After is followed, in seconds. */
const MAX_RETRY_AFTER = 60;

/**
 * Asks for an address and follows redirects, each only where `mayRedirect` lets it.
 * @returns a response of status 200, 206 or 416, with its body unread
 * @throws TransientError or DownloadError for everything else
 */
export async function request(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  let address = url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await send(address, headers, signal);
    if (!REDIRECTS.has(response.status)) return accept(response, address);
    await response.body?.cancel();
    const location = response.headers.get('location');
    const next = location !== null && URL.canParse(location, address) ? new URL(location, address).href : undefined;
    if (next === undefined) throw refused(address, 'redirects to nowhere');
    if (!mayRedirect(address, next)) {
      throw refused(address, `redirects to ${next}, which is not followed: only https addresses are`);
    }
    address = next;
  }
  throw refused(url, `redirects more than ${MAX_REDIRECTS} times`);
}

async function send(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  try {
    // Compressed, the bytes would be neither as many as announced nor a range of the file.
    return await fetch(url, { headers: { ...headers, 'accept-encoding': 'identity' }, redirect: 'manual', signal });
  } catch (error) {
    throw failure(error, url, signal);
  }
}

/** What went wrong with a connection, as something to try again or to give up at. */
export function failure(error: unknown, url: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  // The fetch of Node says "fetch failed" or "terminated"; why is in the cause.
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  const code = cause?.code ?? (error as NodeJS.ErrnoException).code ?? '';
  if (/CERT|SELF_SIGNED|TLS|SSL|UNABLE_TO_/.test(code)) {
    return new DownloadError(
      `${hostOf(url)} has a certificate that is not trusted here (${code}). Check the proxy and the certificates.`,
      true,
      { cause: error },
    );
  }
  const why = REASONS[code] ?? cause?.message ?? String((error as Error).message);
  return new TransientError(`${hostOf(url)}: ${why}`, 0, { cause: error });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host, or no connection to the internet',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNREFUSED: 'nobody answers there',
  ECONNRESET: 'the connection was broken',
  EPIPE: 'the connection was broken',
  UND_ERR_SOCKET: 'the connection was broken',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
  UND_ERR_BODY_TIMEOUT: 'nothing arrives any more',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it sent less than it announced',
  ETIMEDOUT: 'it does not answer',
};

async function accept(response: Response, url: string): Promise<Response> {
  const { status } = response;
  if (status === 200 || status === 206 || status === 416) return response;
  await response.body?.cancel();
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const seconds = Number(response.headers.get('retry-after')) || 0;
    throw new TransientError(`${hostOf(url)}: it answers ${status}`, 1000 * Math.min(seconds, MAX_RETRY_AFTER));
  }
  throw refused(url, `answers ${status}${STATUS[status] ? ` (${STATUS[status]})` : ''} for ${url}`);
}

const STATUS: Readonly<Record<number, string>> = {
  401: 'a login is needed',
  403: 'access is refused',
  404: 'there is no such file',
  407: 'the proxy asks for a login',
  410: 'the file is gone',
};

const refused = (url: string, what: string): DownloadError =>
  new DownloadError(
    `${hostOf(url)} ${what}. Download the file in a browser and import it, or try another model.`,
    false,
  );

export const hostOf = (url: string): string => new URL(url).host;
