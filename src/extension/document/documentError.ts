/** A request that cannot be served now; the message is for people. */
export class DocumentError extends Error {
  override name = 'DocumentError';
}
