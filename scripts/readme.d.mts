export const SHIPPED_DOCS: readonly string[];
export function packagedReadme(text: string, root: string): string;
