/** What is compared of one scenario of a check that both programs have run. */
import type { CheckObservation } from './check-run.ts';
import type { Comparison } from './differences.ts';

/** Columns of the final row that do not depend on time. */
const COLUMNS = [
  'status',
  'weight',
  'act',
  'bck',
  'chkfail',
  'chkdown',
  'check_status',
  'check_desc',
  'check_rise',
  'check_fall',
  'check_health',
  'type',
  'hanafail',
  'agent_status',
  'agent_code',
  'agent_desc',
  'agent_health',
  'last_agt',
  'slim',
] as const;

/**
 * Whether the server saw an RST at the end of a plain check that has asked something. (A check that only connects is
 * not seen by the server at all: the RST comes before accept.)
 */
function resetsPlainChecks(name: string, seen: CheckObservation): boolean {
  return /^(http|expect|send)_(?!sni)/.test(name) && seen.endings.includes('rst');
}

export function compareChecks(name: string, theirs: CheckObservation, mine: CheckObservation): Comparison[] {
  const compare = (what: string, a: string, b: string): Comparison => ({
    area: 'checks',
    where: name,
    what,
    oracle: a,
    ours: b,
  });
  // While an agent is asked again, its code and its words are not shown.
  const asking = [theirs, mine].some(({ row }) => row.agent_status?.startsWith('* ') === true);
  return [
    compare('path', theirs.path.join(' > '), mine.path.join(' > ')),
    compare('results', theirs.results.join('\n'), mine.results.join('\n')),
    compare('log', theirs.log.join('\n'), mine.log.join('\n')),
    compare('bytes', theirs.bytes.join('\n--\n'), mine.bytes.join('\n--\n')),
    compare('ends plain checks by RST', String(resetsPlainChecks(name, theirs)), String(resetsPlainChecks(name, mine))),
    // Nobody knows where a connection came from that was reset before it was looked at.
    ...(theirs.origins.length === 0 || mine.origins.length === 0
      ? []
      : [compare('origins', theirs.origins.join(), mine.origins.join())]),
    compare('serverNames', theirs.serverNames.join(), mine.serverNames.join()),
    // A check that runs at the last look has a star in front of its status.
    ...COLUMNS.filter((column) => !(asking && /^(agent_code|last_agt)$/.test(column))).map((column) =>
      compare(column, (theirs.row[column] ?? '').replace(/^\* /, ''), (mine.row[column] ?? '').replace(/^\* /, '')),
    ),
  ];
}
