/** A probe in lines: each stage with its time, then the verdict. */
import type { AddressModel, CheckModel } from '../config/model.ts';
import { verdictOf } from '../servers/operational-state.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { describeExpectations } from './describe-check.ts';
import { readable, readableText } from './readable-bytes.ts';
import type { ConnectionStory } from './recording-dialer.ts';
import type { TlsFacts } from './tls-facts.ts';

/** Header lines of an answer that are shown. */
const MOST_HEADERS = 40;

/** The stages of one check. `resolving`: ms the name took, where there was one. */
export function stageLines(stories: readonly ConnectionStory[], check: CheckModel, resolving?: number): string[] {
  const lines: string[] = [];
  for (const [index, story] of stories.entries()) {
    if (stories.length > 1) lines.push(`connection ${index + 1}`);
    lines.push(row('address', addressText(story.address), index === 0 ? resolving : undefined));
    lines.push(...connectionLines(story));
    if (check.kind === 'http' && story.connected !== undefined) {
      for (const line of describeExpectations(check, story.received)) lines.push(row('expect', line));
    }
  }
  return lines;
}

/** `L7STS/503 "Service Unavailable" in 4 ms` */
export function outcomeText({ status, code, text, duration }: CheckResult): string {
  const quoted = text === '' ? '' : ` "${readableText(text)}"`;
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

/** Everything in one line, for `--watch`. */
export function summaryLine(stories: readonly ConnectionStory[], result: CheckResult, now: Date): string {
  const last = stories.at(-1);
  const stages: string[] = [];
  if (last?.connected !== undefined) stages.push(`connect ${milliseconds(last.connected)}`);
  if (last?.connected !== undefined && last.secured !== undefined) {
    stages.push(`tls ${milliseconds(last.secured - last.connected)}`);
  }
  if (last?.firstByte !== undefined) stages.push(`first byte ${milliseconds(last.firstByte)}`);
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
  if (story.sentBytes > 0) lines.push(row('sent', `${story.sentBytes} bytes: ${readable(story.sent)}`));
  if (story.firstByte !== undefined) lines.push(...answerLines(story, story.firstByte - ready));
  if (story.ended !== undefined) lines.push(row('closed', 'the server ended the connection', story.ended - ready));
  if (failure !== undefined) lines.push(row('failed', failureText(failure), failure.at - ready));
  else if (story.firstByte === undefined && story.sentBytes > 0) lines.push(row('received', 'nothing'));
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
    const told = failure.mismatch ?? failure.reason ?? failure.code;
    lines.push(row(tls === undefined ? 'tls' : '', `refused: ${readableText(told)} (${failure.code || 'no code'})`));
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
function answerLines(story: ConnectionStory, time: number): string[] {
  const { received, receivedBytes } = story;
  const head = /^HTTP\/[\s\S]*?(?:\r?\n\r?\n|$)/.exec(received.toString('latin1'))?.[0];
  if (head === undefined) return [row('received', `${receivedBytes} bytes: ${readable(received)}`, time)];
  const [status = '', ...headers] = head.trimEnd().split(/\r?\n/);
  const lines = [row('received', readableText(status).slice(0, 300), time)];
  for (const header of headers.slice(0, MOST_HEADERS)) lines.push(row('', readableText(header).slice(0, 300)));
  if (headers.length > MOST_HEADERS) lines.push(row('', `and ${headers.length - MOST_HEADERS} more headers`));
  const body = received.subarray(head.length);
  if (body.length > 0) lines.push(row('body', `${receivedBytes - head.length} bytes so far: ${readable(body)}`));
  return lines;
}

function failureText({ code, reason }: { readonly code: string; readonly reason?: string }): string {
  return readableText(reason ?? (code === '' ? 'failed' : code));
}

function addressText({ family, host, port, name }: AddressModel): string {
  const where =
    family === 'unix'
      ? host
      : family === 'abns'
        ? `abns@${host}`
        : host.includes(':')
          ? `[${host}]:${port}`
          : `${host}:${port}`;
  return name === undefined ? where : `${where} (${name})`;
}

function row(label: string, text: string, time?: number): string {
  return `  ${label.padEnd(9)}${(time === undefined ? '' : milliseconds(time)).padStart(10)}  ${text}`;
}

function milliseconds(time: number): string {
  return `${time.toFixed(time < 100 ? 1 : 0)} ms`;
}
