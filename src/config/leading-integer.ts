/**
 * The integer a text begins with, read as C's `atol` reads it: blanks, a sign, digits; what follows is ignored and a text
 * without digits is 0. HAProxy reads many of its numbers this way, so `weight 10%` is 10 and `weight abc` is 0.
 */
export function leadingInteger(text: string): number {
  const found = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text);
  return found === null ? 0 : Number(found[1]);
}

/** The same, cut to 32 bits with sign, for values HAProxy keeps in a C int. */
export function leadingInt32(text: string): number {
  const found = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text);
  return found === null ? 0 : Number(BigInt.asIntN(32, BigInt(found[1]!.replace(/^\+/, ''))));
}

/** True when the text is a plain decimal number and nothing else. */
export function isPlainInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}
