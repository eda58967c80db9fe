/** Which addresses files may come from. */

/**
 * https, or plain http from this machine. The published hashes are prefixes of 32 bits: enough against accidents, too
 * little against somebody on the way, whom https keeps out.
 */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(text));
}

/** Whether an address is of this machine itself. */
export function isLoopback(text: string): boolean {
  const { hostname } = new URL(text);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Whether a server may send a request on: to https, or from this machine to itself. A server elsewhere must not make
 * us ask services of this machine.
 */
export const mayRedirect = (from: string, to: string): boolean =>
  isSafeUrl(to) && (!isLoopback(to) || isLoopback(from));
