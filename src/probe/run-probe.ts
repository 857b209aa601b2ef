/** Checks one server as the proxy would, and shows what happens. */
import { closeSync } from 'node:fs';
import type { AddressModel, Model, ServerModel } from '../config/model.ts';
import { agentAddress } from '../health/check-address.ts';
import { planCheck } from '../health/check-plan.ts';
import { askAgent, checkServer } from '../health/check-server.ts';
import { externalArguments } from '../health/external-environment.ts';
import type { ExternalNote } from '../health/external-run.ts';
import { TlsSettings } from '../health/tls-settings.ts';
import type { Dialogue } from '../protocols/dialogue.ts';
import { type CheckedServer, checkOf, judgeOf } from '../servers/check-of-server.ts';
import { verdictOf } from '../servers/operational-state.ts';
import { isIp } from '../system/address-family.ts';
import { openCheckSocket } from '../system/check-socket.ts';
import { adviceOf, agentAdvice } from './advice.ts';
import { describeCheck, describeLimits } from './describe-check.ts';
import { progressOf } from './progress.ts';
import { RecordingDialer } from './recording-dialer.ts';
import { programLines, type Resolution, stageLines } from './report.ts';
import { row } from './report-row.ts';
import { agentVerdictLine, type Outcome, outcomeName, summaryLine, timeOfDay, verdictLine } from './verdict-lines.ts';

export interface ProbeOptions extends CheckedServer {
  readonly model: Model;
  /** Again and again, every `inter` of the server. */
  readonly watch: boolean;
  /** What a name was found to stand for when the configuration was read. */
  resolution(name: string): Resolution | undefined;
  /** Takes whole lines. */
  write(text: string): void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** An outcome and how it came about. */
interface Told extends Outcome {
  readonly lines: readonly string[];
}

/** Returns the exit code: 0 when the (last) check passed. */
export async function runProbe({ model, watch, resolution, write, signal, ...asked }: ProbeOptions): Promise<number> {
  const judge = judgeOf(model, asked);
  const tell = (lines: readonly string[]) => write(lines.map((line) => `${line}\n`).join(''));
  tell([titleOf(asked, judge), ...remarks(asked, judge)]);
  const target = targetOf(judge.server);
  if (isNowhere(target, resolution)) {
    tell(namelessLines(target, resolution));
    return 1;
  }
  const tls = new TlsSettings();
  getReady(judge, tls);
  const again = Math.max(1, judge.server.check.enabled ? judge.server.check.inter : agentInter(judge.server));
  let passed = false;
  let shown: string | undefined;
  do {
    const startedAt = performance.now();
    try {
      const check = isChecked(judge.server) ? await probeServer(judge, tls, resolution, signal) : undefined;
      const agent = await probeAgent(judge, resolution, signal);
      passed = (check === undefined || verdictOf(check.result.status) !== 'failed') && agent?.result.status !== 'L7STS';
      const outcome = [check, agent].map((each) => each && outcomeName(each.result)).join();
      if (outcome === shown) tell([summaryLine(check, agent, new Date())]);
      else {
        if (watch) tell([timeOfDay(new Date())]);
        tell(check?.lines ?? []);
        if (agent !== undefined) tell([...(check === undefined ? [] : ['and its agent:']), ...agent.lines]);
      }
      shown = outcome;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (watch) await pause(startedAt + again - performance.now(), signal);
  } while (watch && !signal.aborted);
  return passed ? 0 : 1;
}

/** What a running proxy has loaded long before a check is not to be in the times of this one. */
function getReady({ proxy, server }: CheckedServer, tls: TlsSettings): void {
  planCheck(proxy, server, tls).preload();
  const fd = openCheckSocket('ipv4', { quiet: true });
  if (fd !== undefined) closeSync(fd);
}

async function probeServer(
  { proxy, server }: CheckedServer,
  tls: TlsSettings,
  resolution: ProbeOptions['resolution'],
  signal: AbortSignal,
): Promise<Told> {
  const check = checkOf(proxy, server);
  const settings = server.check;
  const dialer = new RecordingDialer();
  const notes: ExternalNote[] = [];
  let talk: Dialogue | undefined;
  const result = await checkServer({
    proxy,
    server,
    tls,
    dialer,
    signal,
    note: (note) => void notes.push(note),
    observe: (dialogue) => {
      talk = dialogue;
    },
  });
  const { stories } = dialer;
  const { name } = settings.address ?? server.address;
  const lines =
    check.kind === 'external' ? programLines([check.command, ...externalArguments(proxy, server)], notes, result) : [];
  lines.push(
    ...stageLines({
      stories,
      check,
      settings,
      resolution: name === undefined ? undefined : resolution(name),
      progress: progressOf(talk),
      status: result.status,
    }),
  );
  lines.push(verdictLine(result, settings));
  if (/TOUT$/.test(result.status)) {
    const { connect, check: answer } = proxy.timeouts;
    lines.push(row('limits', describeLimits(check, { connect, check: answer, inter: settings.inter })));
  }
  lines.push(...hints(adviceOf({ stories, check, settings, result })));
  return { result, stories, lines };
}

function hints(advice: readonly string[]): string[] {
  return advice.map((hint, index) => row(index === 0 ? 'hint' : '', hint));
}

async function probeAgent(
  { proxy, server }: CheckedServer,
  resolution: ProbeOptions['resolution'],
  signal: AbortSignal,
): Promise<Told | undefined> {
  if (server.agent === undefined || isNowhere(agentAddress(server), resolution)) return undefined;
  const dialer = new RecordingDialer();
  const result = await askAgent({ proxy, server, dialer, signal });
  if (result === undefined) return undefined;
  const { stories } = dialer;
  const { name } = server.agentPlace?.address ?? server.address;
  const stages = stageLines({
    stories,
    check: { kind: 'connect', explicit: false },
    settings: server.check,
    resolution: name === undefined ? undefined : resolution(name),
    progress: progressOf(undefined),
    status: result.status,
  });
  return {
    result,
    stories,
    lines: [...stages, agentVerdictLine(result), ...hints(agentAdvice(stories.at(-1), result))],
  };
}

/** What only an agent watches is not checked besides. */
function isChecked({ check, agent }: ServerModel): boolean {
  return check.enabled || agent === undefined;
}

function agentInter({ agent, check }: ServerModel): number {
  return agent?.inter ?? check.inter;
}

function titleOf({ proxy, server }: CheckedServer, judge: CheckedServer): string {
  const { file, line } = server.place;
  const what = isChecked(judge.server)
    ? describeCheck(checkOf(judge.proxy, judge.server), judge.server.check.ssl)
    : 'its agent';
  return `${proxy.name}/${server.name} (${file}:${line}): ${what}`;
}

/** What a reader may wonder about afterwards. */
function remarks({ server }: CheckedServer, judge: CheckedServer): string[] {
  const lines: string[] = [];
  const note = (text: string) => lines.push(`  note: ${text}`);
  if (server.track !== undefined) {
    const { file, line } = judge.server.place;
    note(
      `it has 'track': it goes by the checks of ${judge.proxy.name}/${judge.server.name} (${file}:${line}), as shown here`,
    );
  } else if (!server.check.enabled && server.agent === undefined) {
    note("it has no 'check', so the proxy never checks it");
  }
  const nameless = [judge.server, server].find(({ unresolved }) => unresolved);
  if (nameless !== undefined)
    note(`the name of ${nameless.name} has no address, so the proxy keeps it in MAINT (resolution)`);
  if (server.disabled) note("it is 'disabled', so the proxy does not check it");
  else if (judge.server.disabled)
    note("that one is 'disabled', so the proxy does not check it, and keeps both in maintenance");
  return lines;
}

/** Where the check goes, or the questions to the agent where those are all there is. */
function targetOf(server: ServerModel): AddressModel {
  const { address, check, agentPlace } = server;
  return (isChecked(server) ? check.address : agentPlace?.address) ?? address;
}

/** The address is empty, which would lead to this machine, or stands for a name that has none now. */
function isNowhere({ family, host, name }: AddressModel, resolution: ProbeOptions['resolution']): boolean {
  if (!isIp(family)) return false;
  return host === '' || (name !== undefined && resolution(name)?.problem !== undefined);
}

function namelessLines({ name }: AddressModel, resolution: ProbeOptions['resolution']): string[] {
  const { time, problem } = (name === undefined ? undefined : resolution(name)) ?? {};
  const why = problem ?? "it was not looked up, as 'init-addr' says";
  return [
    row('address', name === undefined ? 'none' : `${name}: none (${why})`, time),
    row('verdict', 'not checked: there is nobody to ask'),
  ];
}

/** Resolves after `delay` ms, or when the signal is aborted. */
function pause(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, delay));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
