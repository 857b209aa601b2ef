/** Checks one server as the proxy would, and shows what happens. */
import type { ProxyModel, ServerModel } from '../config/model.ts';
import { askAgent, checkServer } from '../health/check-server.ts';
import { externalArguments } from '../health/external-environment.ts';
import type { ExternalNote } from '../health/external-run.ts';
import { TlsSettings } from '../health/tls-settings.ts';
import { checkOf } from '../servers/check-of-server.ts';
import { verdictOf } from '../servers/operational-state.ts';
import { describeCheck } from './describe-check.ts';
import { RecordingDialer } from './recording-dialer.ts';
import { agentVerdictLine, outcomeText, programLines, stageLines, summaryLine, verdictLine } from './report.ts';

export interface ProbeOptions {
  readonly proxy: ProxyModel;
  readonly server: ServerModel;
  /** Again and again, every `inter` of the server. */
  readonly watch: boolean;
  /** ms that resolving a name took. */
  resolving(name: string): number | undefined;
  /** Takes whole lines. */
  write(text: string): void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Returns the exit code: 0 when the (last) check passed. */
export async function runProbe({ proxy, server, watch, resolving, write, signal }: ProbeOptions): Promise<number> {
  const { check } = server;
  const model = checkOf(proxy, server);
  const { name } = check.address ?? server.address;
  const resolution = name === undefined ? undefined : { name, time: resolving(name) };
  const tls = new TlsSettings();
  const limits = { rise: check.rise, fall: check.fall };
  const tell = (lines: readonly string[]) => write(lines.map((line) => `${line}\n`).join(''));
  const { file, line } = server.place;
  tell([`${proxy.name}/${server.name} (${file}:${line}): ${describeCheck(model, check.ssl)}`, ...remarks(server)]);
  if (server.unresolved && check.address === undefined) {
    // Its host is empty, which would lead to this machine.
    tell(['  verdict: its name has no address, so there is nobody to ask; the proxy keeps it in maintenance']);
    return 1;
  }
  let passed = false;
  let shown: string | undefined;
  do {
    const startedAt = performance.now();
    const dialer = new RecordingDialer();
    try {
      const notes: ExternalNote[] = [];
      const note = (each: ExternalNote) => void notes.push(each);
      const result = await checkServer({ proxy, server, tls, dialer, signal, note });
      const asked = new RecordingDialer();
      const agent = await askAgent({ proxy, server, dialer: asked, signal });
      passed = verdictOf(result.status) !== 'failed' && agent?.status !== 'L7STS';
      const outcome = [result, agent].map((each) => each && outcomeText({ ...each, duration: 0 })).join();
      if (outcome === shown) tell([summaryLine(dialer.stories, result, new Date())]);
      else {
        const program =
          model.kind === 'external' ? programLines([model.command, ...externalArguments(proxy, server)], notes) : [];
        tell([...program, ...stageLines(dialer.stories, model, resolution), verdictLine(result, limits)]);
        if (agent !== undefined) {
          const stages = stageLines(asked.stories, { kind: 'connect', explicit: false }, undefined);
          tell(['and its agent:', ...stages, agentVerdictLine(agent)]);
        }
      }
      shown = outcome;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (watch) await pause(startedAt + check.inter - performance.now(), signal);
  } while (watch && !signal.aborted);
  return passed ? 0 : 1;
}

/** What a reader may wonder about afterwards. */
function remarks({ check, track, disabled }: ServerModel): string[] {
  const lines: string[] = [];
  if (track !== undefined) lines.push("  note: it has 'track', so the proxy goes by the checks of another server");
  else if (!check.enabled) lines.push("  note: it has no 'check', so the proxy never checks it");
  if (disabled) lines.push("  note: it is 'disabled', so the proxy does not check it");
  return lines;
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
