/** Every way a checked server can behave, shown to HAProxy and to hapax: same results, same states, same lines, same bytes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutHaproxy } from '../support/proxy-process.ts';
import { type CheckObservation, type CheckRun, runChecks } from './check-run.ts';
import { checkScenarios, makeCheckCertificates } from './check-scenarios.ts';
import { type Comparison, explain, unexplained } from './differences.ts';

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

const ALL_CODES = [
  'L4OK',
  'L4TOUT',
  'L4CON',
  'L6OK',
  'L6TOUT',
  'L6RSP',
  'L7OK',
  'L7OKC',
  'L7TOUT',
  'L7RSP',
  'L7STS',
  'SOCKERR',
];

/**
 * Whether the server saw an RST at the end of a plain check that has asked something. (A check that only connects is
 * not seen by the server at all: the RST comes before accept.)
 */
function resetsPlainChecks(name: string, seen: CheckObservation): boolean {
  return /^(http|expect|send)_(?!sni)/.test(name) && seen.endings.includes('rst');
}

const skipped = skipWithoutHaproxy('checks beside HAProxy');

describe.skipIf(skipped)('checks beside HAProxy', () => {
  const certificates = makeCheckCertificates();
  const names = checkScenarios(certificates).map((scenario) => scenario.name);
  let oracle: CheckRun;
  let ours: CheckRun;

  beforeAll(async () => {
    [oracle, ours] = await Promise.all([runChecks('haproxy', certificates), runChecks('hapax', certificates)]);
  }, 150_000);

  const both = (name: string): [CheckObservation, CheckObservation] => [
    oracle.scenarios.get(name)!,
    ours.scenarios.get(name)!,
  ];

  const count = { scenarios: 0, same: 0, wanted: 0, scenariosApart: 0 };
  afterAll(() => {
    const { scenarios, scenariosApart, same, wanted } = count;
    process.stdout.write(
      `checks beside HAProxy: ${scenarios} scenarios, ${scenarios - scenariosApart} the same in everything; ` +
        `${same} comparisons agree, ${wanted} differ as wanted\n`,
    );
  });

  it.each(names)('%s', (name) => {
    const [theirs, mine] = both(name);
    const compare = (what: string, a: string, b: string): Comparison => ({
      area: 'checks',
      where: name,
      what,
      oracle: a,
      ours: b,
    });
    // While an agent is asked again, its code and its words are not shown.
    const asking = [theirs, mine].some(({ row }) => row.agent_status?.startsWith('* ') === true);
    const comparisons = [
      compare('path', theirs.path.join(' > '), mine.path.join(' > ')),
      compare('results', theirs.results.join('\n'), mine.results.join('\n')),
      compare('log', theirs.log.join('\n'), mine.log.join('\n')),
      compare('bytes', theirs.bytes.join('\n--\n'), mine.bytes.join('\n--\n')),
      compare(
        'ends plain checks by RST',
        String(resetsPlainChecks(name, theirs)),
        String(resetsPlainChecks(name, mine)),
      ),
      compare('serverNames', theirs.serverNames.join(), mine.serverNames.join()),
      // A check that runs at the last look has a star in front of its status.
      ...COLUMNS.filter((column) => !(asking && /^(agent_code|last_agt)$/.test(column))).map((column) =>
        compare(column, (theirs.row[column] ?? '').replace(/^\* /, ''), (mine.row[column] ?? '').replace(/^\* /, '')),
      ),
    ];
    const apart = comparisons.filter((each) => each.oracle !== each.ours);
    count.scenarios++;
    count.same += comparisons.length - apart.length;
    count.wanted += apart.filter((each) => explain(each) !== undefined).length;
    if (apart.length > 0) count.scenariosApart++;
    expect(unexplained(comparisons)).toEqual([]);
  });

  it('covers every code of the reference', () => {
    const codes = new Set(
      [...oracle.scenarios.values()].flatMap((seen) => seen.results.map((text) => text.split(' ')[0])),
    );
    expect(ALL_CODES.filter((code) => !codes.has(code))).toEqual([]);
    expect(names.length).toBeGreaterThanOrEqual(45);
  });

  it('shows INI and UP 1/3 before the first check', () => {
    for (const run of [oracle, ours]) {
      const waiting = run.firstRows.filter((row) => row.check_status === 'INI');
      expect(waiting.length).toBeGreaterThan(0);
      const unexpected = waiting.filter(
        (row) =>
          !/^UP 1\/[23]$/.test(row.status!) ||
          row.check_code !== '' ||
          row.check_duration !== '' ||
          row.check_desc !== 'Initializing',
      );
      expect(unexpected).toEqual([]);
    }
  });
});
