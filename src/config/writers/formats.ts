/** Names of the forms `-c --format` can say what it found in. */

export const FORMATS = ['text', 'json', 'sarif', 'github'] as const;

export type Format = (typeof FORMATS)[number];
