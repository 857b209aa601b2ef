/** A probe in lines: each stage with its time, then the verdict. */
import type { AddressModel, CheckModel } from '../config/model.ts';
import { failureReason } from '../health/errors.ts';
import type { ExternalNote } from '../health/external-run.ts';
import { verdictOf } from '../servers/operational-state.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { describeExpectations, http2Answer } from './describe-check.ts';
import { readable, readableText } from './readable-bytes.ts';
import { type ConnectionStory, type Exchange, firstByte, receivedBytes } from './recording-dialer.ts';
import type { TlsFacts } from './tls-facts.ts';

/** Header lines of an answer that are shown. */
const MOST_HEADERS = 40;

/** The name an address was found by, and the ms that took. */
export interface Resolution {
  readonly name: string;
  readonly time: number | undefined;
}

/** The stages of one check. */
export function stageLines(
  stories: readonly ConnectionStory[],
  check: CheckModel,
  resolution: Resolution | undefined,
): string[] {
  const lines: string[] = [];
  for (const [index, story] of stories.entries()) {
    if (stories.length > 1) lines.push(`  connection ${index + 1}`);
    const name = resolution === undefined ? '' : ` (${resolution.name})`;
    lines.push(row('address', `${addressText(story.address)}${name}`, index === 0 ? resolution?.time : undefined));
    lines.push(...connectionLines(story));
    if (check.kind === 'http' && (story.wantsTls ? story.secured : story.connected) !== undefined) {
      const received = receivedBytes(story);
      const answer = http2Answer(received) ?? Buffer.alloc(0);
      if (answer.length > 0) lines.push(...answerLines({ kept: answer, bytes: answer.length }));
      for (const line of describeExpectations(check, received)) lines.push(row('expect', line));
    }
  }
  return lines;
}

/** `L7STS/503 "Service Unavailable" in 4 ms` */
export function outcomeText({ status, code, text, duration }: CheckResult): string {
  const quoted = text === '' ? '' : ` "${readableText(text.trim())}"`;
  return `${code === undefined ? status : `${status}/${code}`}${quoted} in ${duration} ms`;
}

export function verdictLine(result: CheckResult, limits: { readonly rise: number; readonly fall: number }): string {
  const meaning = {
    passed: `passed (${limits.rise} in a row bring the server up)`,
    conditional: 'passed, for sessions that are there already: the server takes no new ones',
    failed: `FAILED (${limits.fall} in a row take the server down)`,
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
  const meaning =
    result.status === 'L7OK'
      ? 'the agent says up'
      : result.status === 'L7STS'
        ? 'the agent takes the server DOWN'
        : result.status === 'CHECKED'
          ? 'says nothing about up or down'
          : 'no answer; the server stays as it is';
  const wants = orders.length === 0 ? '' : `; it wants ${orders.join(', ')}`;
  return row('verdict', `${outcomeText(result)}: ${meaning}${wants}`);
}

/** The program of an external check, and what became of it besides its exit status. */
export function programLines(words: readonly string[], notes: readonly ExternalNote[]): string[] {
  const said = notes.map((note) =>
    note.kind === 'killed' ? 'ran out of time: killed with its children' : `cannot be started: ${note.reason}`,
  );
  return [row('program', words.map(readableText).join(' ')), ...said.map((line) => row('', line))];
}

/** Everything in one line, for `--watch`. */
export function summaryLine(stories: readonly ConnectionStory[], result: CheckResult, now: Date): string {
  const last = stories.at(-1);
  const stages: string[] = [];
  if (last?.connected !== undefined) stages.push(`connect ${milliseconds(last.connected)}`);
  if (last?.connected !== undefined && last.secured !== undefined) {
    stages.push(`tls ${milliseconds(last.secured - last.connected)}`);
  }
  const byte = last === undefined ? undefined : firstByte(last);
  if (byte !== undefined) stages.push(`first byte ${milliseconds(byte)}`);
  return [now.toISOString().slice(11, 23), outcomeText(result), stages.join(', ')]
    .filter((part) => part !== '')
    .join('  ');
}

function connectionLines(story: ConnectionStory): string[] {
  const { connected, failure } = story;
  if (connected === undefined) {
    if (failure === undefined) return [row('connect', 'no answer')];
    return [row('connect', failureText(failure), failure.at)];
  }
  const lines = [row('connect', 'established', connected)];
  let ready = connected;
  if (story.wantsTls) {
    lines.push(...tlsLines(story, connected));
    if (story.secured === undefined) return lines;
    ready = story.secured;
  }
  for (const exchange of story.exchanges) {
    if (exchange.direction === 'received') lines.push(...answerLines(exchange, exchange.at - ready));
    else lines.push(row('sent', `${exchange.bytes} bytes: ${readable(exchange.kept)}`));
    ready = exchange.at;
  }
  if (story.ended !== undefined) lines.push(row('closed', 'the server ended the connection', story.ended - ready));
  if (failure !== undefined) lines.push(row('failed', failureText(failure), failure.at - ready));
  else if (story.ended === undefined && story.exchanges.at(-1)?.direction === 'sent')
    lines.push(row('received', 'nothing'));
  return lines;
}

function tlsLines(story: ConnectionStory, connected: number): string[] {
  const { tls, failure, secured, distrust } = story;
  const lines: string[] = [];
  if (tls !== undefined) {
    const alpn = tls.alpn === undefined ? '' : `, ALPN ${tls.alpn}`;
    const at = secured ?? failure?.at;
    lines.push(row('tls', `${tls.version}, ${tls.cipher}${alpn}`, at === undefined ? undefined : at - connected));
    lines.push(...certificateLines(tls));
  } else if (failure === undefined) lines.push(row('tls', 'no end of the handshake'));
  if (failure !== undefined && secured === undefined) {
    const refused = `refused: ${failure.mismatch ?? failureText(failure)}`;
    lines.push(tls === undefined ? row('tls', refused, failure.at - connected) : row('', refused));
  } else if (tls !== undefined && !story.verifies) {
    const would = distrust === undefined ? '' : `; verification would say: ${distrust}`;
    lines.push(row('', `not verified ('verify none')${would}`));
  } else if (tls !== undefined && secured !== undefined) lines.push(row('', 'verified'));
  return lines;
}

function certificateLines({ certificate, chain }: TlsFacts): string[] {
  if (certificate === undefined) return [row('', 'no certificate')];
  const names = certificate.names === undefined ? 'no names' : certificate.names;
  return [
    row('', `certificate ${readableText(certificate.subject)}; ${readableText(names)}`),
    row('', `valid from ${certificate.from} to ${certificate.to}`),
    row('', `chain ${chain.map(readableText).join(' <- ')}`),
  ];
}

/** The lines of an HTTP head, or the beginning of anything else. */
function answerLines({ kept, bytes }: Pick<Exchange, 'kept' | 'bytes'>, time?: number): string[] {
  const head = /^HTTP\/[\s\S]*?(?:\r?\n\r?\n|$)/.exec(kept.toString('latin1'))?.[0];
  if (head === undefined) return [row('received', `${bytes} bytes: ${readable(kept)}`, time)];
  const [status = '', ...headers] = head.trimEnd().split(/\r?\n/);
  const lines = [row('received', readableText(status).slice(0, 300), time)];
  for (const header of headers.slice(0, MOST_HEADERS)) lines.push(row('', readableText(header).slice(0, 300)));
  if (headers.length > MOST_HEADERS) lines.push(row('', `and ${headers.length - MOST_HEADERS} more headers`));
  const body = kept.subarray(head.length);
  if (body.length > 0) lines.push(row('body', `${bytes - head.length} bytes so far: ${readable(body)}`));
  return lines;
}

function failureText({ code, reason }: { readonly code: string; readonly reason?: string }): string {
  const text = failureReason(code, reason);
  if (text === '') return code === '' ? 'failed' : code;
  return readableText(code === '' ? text : `${text} (${code})`);
}

function addressText({ family, host, port }: AddressModel): string {
  return family === 'unix'
    ? host
    : family === 'abns'
      ? `abns@${host}`
      : host.includes(':')
        ? `[${host}]:${port}`
        : `${host}:${port}`;
}

function row(label: string, text: string, time?: number): string {
  return `  ${label.padEnd(9)}${(time === undefined ? '' : milliseconds(time)).padStart(10)}  ${text}`;
}

function milliseconds(time: number): string {
  return `${time.toFixed(time < 100 ? 1 : 0)} ms`;
}
