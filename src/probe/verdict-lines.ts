/** What came of a check, in words. */
import { verdictOf } from '../servers/operational-state.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { CHECK_DESCRIPTIONS } from '../servers/server-record.ts';
import { readableText } from './readable-bytes.ts';
import { type ConnectionStory, firstByte } from './recording-dialer.ts';
import { milliseconds, row } from './report-row.ts';

/** `L7STS/503 "Service Unavailable" in 4 ms` */
function outcomeText(result: CheckResult): string {
  return `${outcomeName(result)} in ${result.duration} ms`;
}

/** The same without its time: two checks of one outcome are told alike. */
export function outcomeName({ status, code, text }: CheckResult): string {
  const quoted = text === '' ? '' : ` "${readableText(text.trim())}"`;
  return `${code === undefined ? status : `${status}/${code}`}${quoted}`;
}

export function verdictLine(result: CheckResult, limits: { readonly rise: number; readonly fall: number }): string {
  const meaning = {
    passed: `passed (${limits.rise} in a row bring the server up)`,
    conditional: 'passed, for sessions that are there already: the server takes no new ones',
    failed: `FAILED, ${CHECK_DESCRIPTIONS[result.status]} (${limits.fall} in a row take the server down)`,
  }[verdictOf(result.status)];
  return row('verdict', `${outcomeText(result)}: ${meaning}`);
}

/** What an agent's answer does to the server (HAProxy: one answer is enough). */
export function agentVerdictLine(result: CheckResult): string {
  const { state, weight, maxconn } = result.orders ?? {};
  const orders = [
    ...(state === undefined ? [] : [state]),
    ...(weight === undefined ? [] : [`weight ${weight}`]),
    ...(maxconn === undefined ? [] : [`maxconn ${maxconn}`]),
  ];
  const wants = orders.length === 0 ? '' : `; it wants ${orders.join(', ')}`;
  return row('verdict', `${outcomeText(result)}: ${agentMeaning(result)}${wants}`);
}

function agentMeaning({ status }: CheckResult): string {
  switch (status) {
    case 'L7OK':
      return 'the agent says up';
    case 'L7STS':
      return 'the agent takes the server DOWN';
    case 'CHECKED':
      return 'says nothing about up or down';
    default:
      return `no answer that counts, ${CHECK_DESCRIPTIONS[status]}; the server stays as it is`;
  }
}

/** What is known of one check of a server: its own, its agent's, or both. */
export interface Outcome {
  readonly result: CheckResult;
  readonly stories: readonly ConnectionStory[];
}

/** Everything in one line, for `--watch`. */
export function summaryLine(check: Outcome | undefined, agent: Outcome | undefined, now: Date): string {
  const parts = [timeOfDay(now)];
  if (check !== undefined) parts.push(outcomeText(check.result), stagesText(check.stories));
  if (agent !== undefined) parts.push(`agent ${outcomeText(agent.result)}`);
  return parts.filter((part) => part !== '').join('  ');
}

/** On the clock of this place. */
export function timeOfDay(now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const parts = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two);
  return `${parts.join(':')}.${String(now.getMilliseconds()).padStart(3, '0')}`;
}

function stagesText(stories: readonly ConnectionStory[]): string {
  const last = stories.at(-1);
  if (last?.connected === undefined) return '';
  const stages = [`connect ${milliseconds(last.connected)}`];
  if (last.secured !== undefined) stages.push(`tls ${milliseconds(last.secured - last.connected)}`);
  const byte = firstByte(last);
  if (byte !== undefined) stages.push(`first byte ${milliseconds(byte)}`);
  return stages.join(', ');
}
