/** `set weight` and `set server ... weight`: what the text means, and whether the backend can follow. */
import type { ServerControl } from '../servers/server-control.ts';
import type { ServerRecord } from '../servers/server-record.ts';
import { HIGHEST_WEIGHT, hasDynamicWeights } from '../servers/weight-rules.ts';
import { done, failure, type Reply } from './command.ts';

/**
 * The weight that `text` stands for: `10`, or `50%` of the configured weight, rounded down and cut at the highest. What
 * is wrong with it comes back as a reply in HAProxy's words.
 */
export function readWeight(text: string, configured: number): number | Reply {
  const [, digits, rest] = /^([+-]?\d*)(.*)$/s.exec(text) ?? [];
  if (digits === undefined || !/\d/.test(digits)) {
    return failure('Empty weight string empty or preceded by garbage');
  }
  const value = Number(digits);
  if (rest === '%') {
    if (value < 0) return failure('Relative weight must be positive.');
    return Math.min(HIGHEST_WEIGHT, Math.floor((configured * value) / 100));
  }
  if (rest !== '') return failure('Trailing garbage in weight string');
  if (value < 0 || value > HIGHEST_WEIGHT) {
    return failure(`Absolute weight can only be between 0 and ${HIGHEST_WEIGHT} inclusive.`);
  }
  return value;
}

/** Gives the server the weight that `text` says, or answers why not. */
export function changeWeight(control: ServerControl, server: ServerRecord, text: string | undefined): Reply {
  if (text === undefined) return failure('Require <weight> or <weight%>.');
  const weight = readWeight(text, server.model.weight);
  if (typeof weight !== 'number') return weight;
  if (!hasDynamicWeights(server.proxy) && weight !== 0 && weight !== server.model.weight) {
    return failure("Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.");
  }
  control.setWeight(server, weight);
  return done;
}
