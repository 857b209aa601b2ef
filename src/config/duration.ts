/** Durations as haproxy.cfg writes them: `500`, `5s`, `1500us`, `24d`. */

export type DurationUnit = 'us' | 'ms' | 's' | 'm' | 'h' | 'd';

const MICROSECONDS: Readonly<Record<DurationUnit, number>> = {
  us: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** The longest duration: HAProxy keeps them in 31 bits of milliseconds (about 24.8 days). */
export const LONGEST_DURATION = 0x7fffffff;

export type ParsedDuration =
  | {
      readonly ok: true;
      /** Milliseconds, rounded up. */
      readonly value: number;
      /** The first character after the unit, which HAProxy 2.6 accepts with a warning (`trailingCharacterWarning`). */
      readonly trailing?: string;
    }
  /** `character` cannot stand where it stands; empty when the text is empty. */
  | { readonly ok: false; readonly reason: 'unexpected'; readonly character: string }
  | { readonly ok: false; readonly reason: 'overflow' };

/**
 * Reads a duration. A number without a unit is in `unit` (milliseconds). The words around a failure differ from keyword to
 * keyword, so the caller writes the message.
 */
export function parseDuration(text: string, unit: DurationUnit = 'ms'): ParsedDuration {
  const found = /^(\d*)(us|ms|s|m|h|d)?/.exec(text)!;
  const digits = found[1]!;
  if (digits === '') return { ok: false, reason: 'unexpected', character: text.charAt(0) };
  const written = found[2] as DurationUnit | undefined;
  const rest = text.slice(found[0].length);
  if (written === undefined && rest !== '') return { ok: false, reason: 'unexpected', character: rest.charAt(0) };
  const value = Math.ceil((Number(digits) * MICROSECONDS[written ?? unit]) / MICROSECONDS.ms);
  if (value > LONGEST_DURATION) return { ok: false, reason: 'overflow' };
  return rest === '' ? { ok: true, value } : { ok: true, value, trailing: rest.charAt(0) };
}

/** A duration with a fraction (`1.5s`, `.5h`) or a capital unit (`5S`) as HAProxy reads it; undefined for anything else. */
export function plainDuration(text: string): string | undefined {
  const found = /^(\d*\.?\d+)(ms|s|m|h|d)$/.exec(text.toLowerCase());
  if (found === null) return undefined;
  if (!found[1]!.includes('.')) return found[0];
  const milliseconds = Math.round((Number(found[1]) * MICROSECONDS[found[2] as DurationUnit]) / MICROSECONDS.ms);
  return milliseconds > 0 ? `${milliseconds}ms` : undefined;
}

/** A duration with a unit, less what follows the unit. */
export function withoutTrailing(text: string): string {
  return /^\d+(?:us|ms|s|m|h|d)/.exec(text)?.[0] ?? text;
}

/** HAProxy's warning (after `config : `) about what follows a unit. */
export function trailingCharacterWarning(text: string, character: string): string {
  return (
    `unexpected character '${character}' after the timer value '${text}', only ` +
    '(us=microseconds,ms=milliseconds,s=seconds,m=minutes,h=hours,d=days) are supported. ' +
    'This will be reported as an error in next versions.'
  );
}
