/** Lines about the life of the whole program: soft stop, hard stop, and the states that SIGHUP asks for. */
import type { ProxyModel } from '../config/model.ts';
import { type EventLine, Level } from '../logging/event-line.ts';
import { Oper } from '../servers/server-record.ts';
import { Word } from '../servers/shared-table.ts';
import { Counter } from '../stats/counters.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';

function sum(view: RuntimeView, slot: number, counter: Counter): number {
  return slot < 0 ? 0 : view.counters.reduce((all, block) => all + block.get(slot, counter), 0);
}

function gauge(view: RuntimeView, slot: number, word: Word): number {
  return slot < 0 ? 0 : view.table.get(slot, word);
}

function warning(proxy: number, text: string, level: Level = Level.warning): EventLine {
  return { proxy, level, text, console: { tag: 'WARNING', text } };
}

/** Those that listen come first, then the backends (measured); what is disabled has nothing to stop. */
function stopOrder(proxies: readonly ProxyModel[]): readonly ProxyModel[] {
  const enabled = proxies.filter((proxy) => !proxy.disabled);
  const listening = (proxy: ProxyModel) => (proxy.frontend?.listeners.length ?? 0) > 0;
  return [...enabled.filter(listening), ...enabled.filter((proxy) => !listening(proxy))];
}

/** `Proxy l stopped (cumulated conns: FE: 1, BE: 1).` for each proxy. */
export function stoppedLines(view: RuntimeView): readonly EventLine[] {
  return stopOrder(view.model.proxies).map(({ index, name }) => {
    const front = sum(view, view.slots.frontend[index]!, Counter.connections);
    const back = sum(view, view.slots.backend[index]!, Counter.sessions);
    return warning(index, `Proxy ${name} stopped (cumulated conns: FE: ${front}, BE: ${back}).`);
  });
}

/** The two kinds of line when `hard-stop-after` has passed. The first goes to every proxy's log, and once to stderr. */
export function hardStopLines(view: RuntimeView): readonly EventLine[] {
  const text = 'soft-stop running for too long, performing a hard-stop.';
  const lines: EventLine[] = [];
  for (const { index } of view.model.proxies) {
    const line = { proxy: index, level: Level.warning, text };
    lines.push(index === 0 ? { ...line, console: { tag: 'WARNING', text } } : line);
  }
  for (const { index, name } of view.model.proxies) {
    const remaining = gauge(view, view.slots.frontend[index]!, Word.current);
    if (remaining > 0)
      lines.push(warning(index, `Proxy ${name} hard-stopped (${remaining} remaining conns will be closed).`));
  }
  return lines;
}

/** What SIGHUP prints: the state of every server and proxy. */
export function stateLines(view: RuntimeView): readonly EventLine[] {
  const lines: EventLine[] = [];
  view.model.proxies.forEach((proxy, index) => {
    const opening = `SIGHUP received, dumping servers states for proxy ${proxy.name}.`;
    const console = { tag: 'WARNING', text: 'SIGHUP received, dumping servers states.' } as const;
    const line = { proxy: index, level: Level.notice, text: opening };
    lines.push(index === 0 ? { ...line, console } : line);
    for (const server of view.backends[index]?.servers ?? []) {
      const state = server.oper === Oper.stopped ? 'DOWN' : 'UP';
      const text =
        `SIGHUP: Server ${proxy.name}/${server.model.name} is ${state}. ` +
        `Conn: ${gauge(view, server.slot, Word.current)} act, ${gauge(view, server.slot, Word.queued)} pend, ` +
        `${sum(view, server.slot, Counter.sessions)} tot.`;
      lines.push(warning(index, text, Level.notice));
    }
    lines.push(warning(index, proxyState(view, proxy), Level.notice));
  });
  return lines;
}

function proxyState(view: RuntimeView, { index, name }: ProxyModel): string {
  const front = view.slots.frontend[index]!;
  const back = view.slots.backend[index]!;
  const backend = view.backends[index];
  const unassigned = gauge(view, back, Word.queued);
  const waiting = (backend?.servers ?? []).reduce(
    (all, server) => all + gauge(view, server.slot, Word.queued),
    unassigned,
  );
  const current = (slot: number) => gauge(view, slot, Word.current);
  const connections =
    `Conn: act(FE+BE): ${current(front)}+${current(back)}, ${waiting} pend (${unassigned} unass), ` +
    `tot(FE+BE): ${sum(view, front, Counter.connections)}+${sum(view, back, Counter.sessions)}.`;
  if (backend === undefined || backend.servers.length === 0)
    return `SIGHUP: Proxy ${name} has no servers. ${connections}`;
  if (backend.activeCount > 0) {
    return (
      `SIGHUP: Proxy ${name} has ${backend.activeCount} active servers and ${backend.backupCount} backup servers ` +
      `available. ${connections}`
    );
  }
  if (backend.backupCount > 0) return `SIGHUP: Proxy ${name} is running on backup servers ! ${connections}`;
  return `SIGHUP: Proxy ${name} has no server available ! ${connections}`;
}
