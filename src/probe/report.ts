/** A probe in lines: each stage with its time, and what the rules of the check saw. */
import type { CheckModel, ServerCheckModel } from '../config/model.ts';
import type { ExternalNote } from '../health/external-run.ts';
import { KILLED } from '../health/external-run.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { failureText } from './failure-text.ts';
import { describeExpectations, framedAnswer } from './http-expectations.ts';
import type { Progress } from './progress.ts';
import { byteCount, readable, readableText } from './readable-bytes.ts';
import { type ConnectionStory, type Exchange, receivedBytes } from './recording-dialer.ts';
import { addressText, row } from './report-row.ts';
import { tcpRuleLines } from './tcp-rules.ts';
import { tlsLines } from './tls-lines.ts';

/** Header lines of an answer that are shown. */
const MOST_HEADERS = 40;
/** Other addresses of a name that are shown. */
const MOST_ADDRESSES = 4;

/** What became of a name. */
export interface Resolution {
  readonly name: string;
  /** ms; absent where it was not asked for. */
  readonly time: number | undefined;
  /** All that it stands for, in the resolver's order. */
  readonly addresses: readonly string[];
  /** Why there is none. */
  readonly problem?: string;
}

export interface ReportedCheck {
  readonly stories: readonly ConnectionStory[];
  readonly check: CheckModel;
  readonly settings: ServerCheckModel;
  readonly resolution: Resolution | undefined;
  readonly progress: Progress;
  /** How it came out. */
  readonly status: string;
}

/** The stages of one check. */
export function stageLines({ stories, check, settings, resolution, progress, status }: ReportedCheck): string[] {
  const lines: string[] = [];
  for (const [index, story] of stories.entries()) {
    if (stories.length > 1) lines.push(`  connection ${index + 1}`);
    lines.push(...addressLines(story, index === 0 ? resolution : withoutTime(resolution)));
    lines.push(...connectionLines(story, settings));
    if (check.kind === 'http' && isReady(story)) {
      const received = receivedBytes(story);
      const answer = framedAnswer(received) ?? Buffer.alloc(0);
      if (answer.length > 0) lines.push(...answerLines({ kept: answer, bytes: answer.length }));
      const seen = describeExpectations(check, { round: index, progress, status, received });
      lines.push(...seen.map((line) => row('expect', line)));
    }
  }
  const last = stories.at(-1);
  if (check.kind === 'tcp' && check.rules.length > 0 && last !== undefined) {
    lines.push(...tcpRuleLines(check, progress.passed, status, isReady(last)));
  }
  return lines;
}

/** The program of an external check, and what became of it besides its exit status. */
export function programLines(words: readonly string[], notes: readonly ExternalNote[], result: CheckResult): string[] {
  const said = notes.map((note) =>
    note.kind === 'killed' ? 'ran out of time: killed with its children' : `cannot be started: ${note.reason}`,
  );
  if (said.length === 0 && result.status !== 'PROCTOUT') {
    said.push(result.code === KILLED ? 'ended by a signal' : `exit code ${result.code}`);
  }
  return [row('program', words.map(readableText).join(' ')), ...said.map((line) => row('', line))];
}

function isReady({ asked, connected, secured }: ConnectionStory): boolean {
  return (asked === undefined ? connected : secured) !== undefined;
}

function withoutTime(resolution: Resolution | undefined): Resolution | undefined {
  return resolution && { ...resolution, time: undefined };
}

function addressLines({ address, source }: ConnectionStory, resolution: Resolution | undefined): string[] {
  // A rule may lead elsewhere.
  const named =
    resolution !== undefined && (resolution.addresses.length === 0 || resolution.addresses.includes(address.host));
  const name = named ? ` (${nameText(resolution, address.host)})` : '';
  const from = source === undefined ? '' : `, from ${source}`;
  return [row('address', `${addressText(address)}${name}${from}`, named ? resolution.time : undefined)];
}

function nameText({ name, addresses }: Resolution, chosen: string): string {
  const others = [...new Set(addresses)].filter((each) => each !== chosen);
  if (others.length === 0) return name;
  const more = others.length > MOST_ADDRESSES ? `, and ${others.length - MOST_ADDRESSES} more` : '';
  return `${name}; not asked: ${others.slice(0, MOST_ADDRESSES).join(', ')}${more}`;
}

function connectionLines(story: ConnectionStory, settings: ServerCheckModel): string[] {
  const { connected, failure, header } = story;
  const lines = story.through === undefined ? connectLines(story, 0) : tunnelLines(story, addressText(story.through));
  if (connected === undefined) return lines;
  if (header !== undefined)
    lines.push(row('sent', `${byteCount(header.length)} of a PROXY header: ${readable(header)}`));
  let ready = connected;
  if (story.asked !== undefined) {
    lines.push(...tlsLines(story, connected, settings));
    if (story.secured === undefined) return lines;
    ready = story.secured;
  }
  for (const exchange of story.exchanges) {
    if (exchange.direction === 'received') lines.push(...answerLines(exchange, exchange.at - ready));
    else lines.push(row('sent', `${byteCount(exchange.bytes)}: ${readable(exchange.kept)}`));
    ready = exchange.at;
  }
  if (story.ended !== undefined) lines.push(row('closed', 'the server ended the connection', story.ended - ready));
  if (failure !== undefined) lines.push(row('failed', failureText(failure), failure.at - ready));
  else if (story.ended === undefined && story.exchanges.at(-1)?.direction === 'sent')
    lines.push(row('received', 'nothing'));
  return lines;
}

/** `since`: when this part of the way began. */
function connectLines({ connected, failure }: ConnectionStory, since: number): string[] {
  if (connected !== undefined) return [row('connect', 'established', connected - since)];
  if (failure === undefined) return [row('connect', 'no answer')];
  return [
    row(
      'connect',
      failure.source ? `no address to come from: ${failureText(failure)}` : failureText(failure),
      failure.at - since,
    ),
  ];
}

function tunnelLines(story: ConnectionStory, proxy: string): string[] {
  const { tunnelling, connected, failure } = story;
  const label = `the SOCKS4 proxy ${proxy}`;
  if (tunnelling === undefined) return connectLines(story, 0).map((line) => `${line} (${label})`);
  const lines = [row('connect', `established to ${label}`, tunnelling)];
  if (connected !== undefined) lines.push(row('socks4', 'let us through', connected - tunnelling));
  else if (failure === undefined) lines.push(row('socks4', 'no answer'));
  else lines.push(row('socks4', failure.proxy ?? failureText(failure), failure.at - tunnelling));
  return lines;
}

/** The lines of an HTTP head, or the beginning of anything else. */
function answerLines({ kept, bytes }: Pick<Exchange, 'kept' | 'bytes'>, time?: number): string[] {
  const head = /^HTTP\/[\s\S]*?(?:\r?\n\r?\n|$)/.exec(kept.toString('latin1'))?.[0];
  if (head === undefined) return [row('received', `${byteCount(bytes)}: ${readable(kept)}`, time)];
  const [status = '', ...headers] = head.trimEnd().split(/\r?\n/);
  const lines = [row('received', readableText(status).slice(0, 300), time)];
  for (const header of headers.slice(0, MOST_HEADERS)) lines.push(row('', readableText(header).slice(0, 300)));
  if (headers.length > MOST_HEADERS) lines.push(row('', `and ${headers.length - MOST_HEADERS} more headers`));
  const body = kept.subarray(head.length);
  if (body.length > 0) lines.push(row('body', `${byteCount(bytes - head.length)} so far: ${readable(body)}`));
  return lines;
}
