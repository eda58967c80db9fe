/** JSON for files that scripts read. */

/** The PSNR of two equal pictures is infinite, which JSON has no number for: it says "Infinity", and not null, which is nothing. */
export const toJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, (_, part: unknown) => (part === Infinity ? 'Infinity' : part), indent);
