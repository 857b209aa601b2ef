/** Lists of HTTP status codes as `http-check expect status` takes them: `200`, `200-299,401`. */

export type StatusRange = readonly [from: number, to: number];

export type ParsedStatusRanges =
  | { readonly ok: true; readonly ranges: readonly StatusRange[] }
  /** HAProxy's text, without the dot it ends with. */
  | { readonly ok: false; readonly message: string };

/** Reads a list of codes and inclusive ranges. Empty places between commas are skipped and a missing end
 * is 0, as in HAProxy. */
export function parseStatusRanges(text: string): ParsedStatusRanges {
  const strange = /[^0-9,-]/.exec(text);
  if (strange !== null) {
    return { ok: false, message: `invalid character '${strange[0]}' in the list of status codes` };
  }
  const ranges: StatusRange[] = [];
  for (const part of text.split(',')) {
    if (part === '') continue;
    const dash = part.indexOf('-');
    if (dash >= 0 && part.includes('-', dash + 1)) {
      return { ok: false, message: "invalid character '-' in the list of status codes" };
    }
    const from = Number(dash < 0 ? part : part.slice(0, dash));
    const to = dash < 0 ? from : Number(part.slice(dash + 1));
    if (to < from) return { ok: false, message: `invalid range of status codes '${part}'` };
    ranges.push([from, to]);
  }
  return { ok: true, ranges };
}
