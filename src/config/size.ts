const FACTORS: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `value` in bytes, or the character that cannot stand there (empty for an empty text). */
export type ParsedSize =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly character: string };

/** Reads a size: a number of bytes, or of KB, MB or GB with `k`, `m` or `g` behind it (either case). */
export function parseSize(text: string): ParsedSize {
  const found = /^(\d+)([kmg]?)(.?)/i.exec(text);
  if (found === null) return { ok: false, character: text.charAt(0) };
  if (found[3] !== '') return { ok: false, character: found[3]! };
  return { ok: true, value: Number(found[1]) * (FACTORS[found[2]!.toLowerCase()] ?? 1) };
}
