import { describe, expect, it } from 'vitest';
import { checkLogFormat } from '../../../src/expressions/check-log-format.ts';
import { checkFetchRunners } from '../../../src/expressions/run/check-fetches.ts';
import type { RuleContext, RuleScope } from '../../../src/expressions/run/context.ts';
import { type Aliases, compileLogFormat } from '../../../src/expressions/run/log-format.ts';
import { Variables } from '../../../src/expressions/run/variables.ts';
import type { Surroundings } from '../../../src/expressions/surroundings.ts';

const around: Surroundings = {
  aclsNamed: () => undefined,
  aclNames: [],
  readLines: () => undefined,
  translate: (pattern) => ({ source: pattern }),
  addressesOf: () => [],
  refer: () => {},
  warn: () => {},
};

/** Nothing of the program is asked here but its clock. */
const scope = { wallClock: () => 1500 } as unknown as RuleScope;

const aliases: Aliases = {
  b: () => ({ value: 'be' }),
  ci: () => ({ value: undefined }),
  cp: () => ({ value: 8080, hex: 4 }),
  si: () => ({ value: { bytes: [127, 0, 0, 1] }, hex: 8 }),
  Tt: () => ({ value: '+0', bare: true }),
};

function write(text: string, missing?: string): string {
  const checked = checkLogFormat(text, { place: 'backend tcp-check rule', mode: 'tcp' }, around);
  if (!checked.ok) throw new Error(checked.problem.message);
  const variables = new Variables({ check: new Map([['check.a', 'x]y"z']]) });
  const context = { variables, incomplete: false } as unknown as RuleContext;
  const parts = { aliases, fetches: checkFetchRunners, ...(missing === undefined ? {} : { missing }) };
  return compileLogFormat(structuredClone(checked.format), scope, parts)(context);
}

describe('a log-format string', () => {
  it.each([
    ['plain 100%% text', 'plain 100% text'],
    ['%b:%cp %si %Tt|%ci|', 'be:8080 127.0.0.1 +0||'],
    ['%{+Q}b %{+Q}ci %{+Q}cp %{+Q}Tt', '"be" "" 8080 +0'],
    ['%{+X}cp %{+X}si %{+X}b', '1F90 7F000001 be'],
    ['%{+Q}o %[str(a)] %b %{-Q}b', ' "a" "be" be'],
    ['%[var(check.a)] %{+E}[var(check.a)]', 'x]y"z x\\]y\\"z'],
    ['%[var(check.none)]|%[var(check.none,other)]', '|other'],
    ['%{+Q}[int(3)] %[bool(true)] %[bin(410042)]', '"3" 1 A'],
    ['%[date] %[str(é)]', '1 \xc3\xa9'],
  ])('%s', (text, written) => {
    expect(write(text)).toBe(written);
  });

  it('may have a sign for what is missing', () => {
    expect(write('%ci %[var(check.none)] %b', '-')).toBe('- - be');
  });
});
