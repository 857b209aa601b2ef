/** HAProxy's words for what happens to servers and backends (texts observed, HAProxy 2.6). */
import type { ProxyModel } from '../config/model.ts';
import { isUp } from '../servers/check-health.ts';
import type { Finding, ServerEvent, Surroundings } from '../servers/server-event.ts';
import { CHECK_DESCRIPTIONS } from '../servers/server-record.ts';
import { type EventLine, Level } from './event-line.ts';

type Of<Kind extends ServerEvent['kind']> = Extract<ServerEvent, { readonly kind: Kind }>;

/** The line that tells an event: its text for the proxy's logs and what stderr shows in the foreground. */
export function eventLine(event: ServerEvent): EventLine {
  if (event.kind === 'no-server') return noServer(event.proxy);
  const text = `${subject(event)} ${predicate(event)}`;
  return { proxy: event.proxy.index, level: levelOf(event), text, console: { tag: 'WARNING', text } };
}

function noServer(proxy: ProxyModel): EventLine {
  const kind = proxy.kind === 'listen' ? 'proxy' : proxy.kind;
  const text = (name: string) => `${kind} ${name} has no server available!`;
  return {
    proxy: proxy.index,
    level: Level.emerg,
    text: text(proxy.name),
    console: { tag: 'ALERT', text: text(`'${proxy.name}'`) },
  };
}

function subject(event: Exclude<ServerEvent, { readonly kind: 'no-server' }>): string {
  const path = `${event.proxy.name}/${event.server.name}`;
  if (event.kind === 'check')
    return `${event.agent ? 'Agent' : 'Health'} check for ${event.server.backup ? 'backup ' : ''}server ${path}`;
  return `${event.server.backup ? 'Backup ' : ''}Server ${path}`;
}

function levelOf(event: ServerEvent): Level {
  if ((event.kind === 'down' || event.kind === 'maintenance') && !event.wasDraining) return Level.alert;
  return Level.notice;
}

function predicate(event: Exclude<ServerEvent, { readonly kind: 'no-server' }>): string {
  switch (event.kind) {
    case 'down':
      return `is DOWN${cause(event)}. ${left(event.surroundings)}`;
    case 'up':
      return `is UP${cause(event)}. ${online(event.surroundings)}`;
    case 'stopping':
      return `is stopping${cause(event)}. ${online(event.surroundings)}`;
    case 'maintenance':
      return `is going DOWN for maintenance${via(event.via)}. ${left(event.surroundings)}`;
    case 'maintenance-while-down':
      return `was DOWN and now enters maintenance${via(event.via)}.`;
    case 'leaves-maintenance':
      return leavesMaintenance(event);
    case 'drain':
      return `enters drain state${event.note === undefined ? via(event.via) : ` (${event.note})`}. ${event.up ? online(event.surroundings) : left(event.surroundings)}`;
    case 'leaves-drain':
      return `is ${event.up ? 'UP' : 'DOWN'} (leaving forced drain).`;
    case 'remains':
      return remains(event);
    case 'check':
      return check(event);
  }
}

function leavesMaintenance({ up, draining, forced }: Of<'leaves-maintenance'>): string {
  return `is ${up ? 'UP' : 'DOWN'}/${draining ? 'DRAIN' : 'READY'} (leaving ${forced ? 'forced ' : ''}maintenance).`;
}

function remains(event: Of<'remains'>): string {
  const drain = event.in === 'drain';
  if (event.via === undefined) return `remains in forced ${drain ? 'drain mode' : 'maintenance'}.`;
  return `is leaving forced ${event.in} but remains in ${drain ? 'drain mode' : 'maintenance'} via ${event.via}.`;
}

function check({ result, health, rise, fall, weightIsZero }: Of<'check'>): string {
  const outcome = {
    PROCOK: 'succeeded',
    L4OK: 'succeeded',
    L6OK: 'succeeded',
    L7OK: 'succeeded',
    L7OKC: 'conditionally succeeded',
  };
  const word = outcome[result.status as keyof typeof outcome] ?? 'failed';
  const up = isUp(health, { rise, fall });
  const progress = up ? `${health - rise + 1}/${fall} ${weightIsZero ? 'DRAIN' : 'UP'}` : `${health}/${rise} DOWN`;
  return `${word}, ${reasonOf(result)}, status: ${progress}.`;
}

function cause(event: Of<'down' | 'up' | 'stopping'>): string {
  if (event.via !== undefined) return via(event.via);
  if (event.from !== undefined) return `, changed from ${event.from}`;
  return event.reason === undefined ? '' : `, ${reasonOf(event.reason)}`;
}

function via(path: string | undefined): string {
  return path === undefined ? '' : ` via ${path}`;
}

/** `reason: Layer7 wrong status, code: 500, info: "...", check duration: 1ms`. */
function reasonOf(result: Finding): string {
  // With its sign: a program that was killed has -1 here, and 4294967295 in the statistics (measured).
  const code = result.code === undefined ? '' : `, code: ${result.code | 0}`;
  const info = result.text === '' ? '' : `, info: "${quotable(result.text)}"`;
  const duration = result.duration === undefined ? '' : `, check duration: ${result.duration}ms`;
  return `reason: ${CHECK_DESCRIPTIONS[result.status]}${code}${info}${duration}`;
}

/** A server's own words, safe inside quotes on one line: other bytes than these as `<XX>` (measured). */
function quotable(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x3b\x3d\x3f-\x7e]/gu, (character) => {
    return [...Buffer.from(character)].map((byte) => `<${byte.toString(16).toUpperCase().padStart(2, '0')}>`).join('');
  });
}

function left({ active, backup, sessions, requeued, queued }: Surroundings): string {
  const running = active === 0 && backup > 0 ? ' Running on backup.' : '';
  const servers = `${active} active and ${backup} backup servers left.${running}`;
  return `${servers} ${sessions} sessions active, ${requeued} requeued, ${queued} remaining in queue.`;
}

function online({ active, backup, requeued, queued }: Surroundings): string {
  const running = active === 0 && backup > 0 ? ' Running on backup.' : '';
  const servers = `${active} active and ${backup} backup servers online.${running}`;
  return `${servers} ${requeued} sessions requeued, ${queued} total in queue.`;
}
