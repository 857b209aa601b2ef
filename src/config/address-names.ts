import type { Line } from './keyword.ts';

/** Names in the addresses of a line that must be resolved before it is read (`bind`, `server`, `log`, ...). */
export function addressNames(_line: Line): readonly string[] {
  return [];
}
