/** Identifies a page to its document; two editors of one document are two pages. */
export type Page = object;
