/** What is said before a run over several faces: what is true of all of them once, what is true of some with their numbers. */

/** @param notes of every face, in their order */
export function notesOfFaces(notes: readonly (readonly string[])[]): string[] {
  return [...new Set(notes.flat())].map((text) => {
    const faces = notes.flatMap((own, i) => (own.includes(text) ? [i + 1] : []));
    if (faces.length === notes.length) return text;
    return faces.length === 1
      ? `Face ${faces[0]} of ${notes.length}: ${text}`
      : `Faces ${faces.slice(0, -1).join(', ')} and ${faces.at(-1)} of ${notes.length}: ${text}`;
  });
}
