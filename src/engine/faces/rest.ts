/** What lies around faces that are enlarged has to be enlarged, too. */
export const RESTS = ['bicubic', 'untrained'] as const;
/** By what: a filter, or the prior that works on any picture. */
export type Rest = (typeof RESTS)[number];
