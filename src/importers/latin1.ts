/**
 * A character a byte. What `TextDecoder` calls Latin-1 is Windows-1252, where it follows the standard: it has other characters for the
 * bytes from 0x80 to 0x9f, and a quotation mark where NumPy's files begin.
 */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  // A call takes so many arguments at most.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
