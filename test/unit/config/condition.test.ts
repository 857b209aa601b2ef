// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a configuration, not of JavaScript.
import { describe, expect, it } from 'vitest';
import { evaluateCondition } from '../../../src/config/condition.ts';
import { isOlder } from '../../../src/config/condition-predicates.ts';
import { loadConfigurationText, type TextOptions } from '../../../src/config/load.ts';

const context = {
  environment: { HOME: '/root', EMPTY: '' },
  version: '2.6.12',
  switched: new Map([['SPLICE', false]]),
};

const LISTEN = 'listen l\nbind 127.0.0.1:9001\ntimeout client 1s\ntimeout server 1s\ntimeout connect 1s\n';

async function said(text: string, options: TextOptions = {}) {
  const { diagnostics } = await loadConfigurationText(`${text}\n${LISTEN}`, 't.cfg', options);
  return diagnostics.map(({ severity, message }) => `${severity}: ${message.replace('config : parsing ', '')}`);
}

describe('conditions', () => {
  it.each([
    ['', false],
    ['1', true],
    ['0', false],
    ['00', false],
    ['0x0', false],
    ['0x10', true],
    ['-1', true],
    ['!1', false],
    ['!!1', true],
    ['! 0', true],
    ['( 1 )', true],
    ['1&&0', false],
    ['1 || 0 && 0', true],
    ['(1 || 0) && 0', false],
    ['!(1 && 0)', true],
    ['defined(HOME)', true],
    ['defined(EMPTY)', true],
    ['defined(NOPE)', false],
    ['defined( HOME )', false],
    ['streq(a,a)', true],
    ['streq( a,a)', false],
    ['streq("a,b","a,b")', true],
    ["streq('a b',a b)", true],
    ['streq(,)', true],
    ['strneq(a,b)', true],
    ['strstr(abc,bc)', true],
    ['strstr(bc,abc)', false],
    ['feature(OPENSSL)', true],
    ['feature(openssl)', false],
    ['feature(QUIC)', false],
    ['enabled(POLL)', true],
    ['enabled(SPLICE)', false],
    ['enabled(nothing)', false],
    ['version_atleast(2.6)', true],
    ['version_atleast(2.6-dev1)', true],
    ['version_atleast(2.6.13)', false],
    ['version_before(2.7-dev1)', true],
    ['version_before(2.6)', false],
    ['version_atleast(2.6) && !version_before(2.4)', true],
    ['openssl_version_atleast(1.1)', true],
    ['streq(a,b) || !(defined(HOME) && 0)', true],
  ])('%s is %s', (text, value) => {
    expect(evaluateCondition(text, context)).toEqual({ ok: true, value });
  });

  it.each([
    ['foo(', "unparsable conditional expression 'foo('", 0],
    ['1 && nosuch(x)', "unparsable conditional expression 'nosuch(x)'", 5],
    ['1 || nosuch(x)', "unparsable conditional expression 'nosuch(x)'", 5],
    ['1 && !foo', "unparsable conditional expression '!foo'", 5],
    ['1 &&', "unparsable conditional expression '&&'", 2],
    ['1 ||', "unparsable conditional expression '1 ||'", 2],
    ['1 || 1 ||', "unparsable conditional expression '1 || 1 ||'", 2],
    ['1 && 0 ||', "unparsable conditional expression '1 && 0 ||'", 7],
    ['()', "unparsable conditional expression ')'", 1],
    ['!(', "unparsable conditional expression '!('", 0],
    ['(1', "expected ')' after conditional expression '(1'", 0],
    ['1 && (1', "expected ')' after conditional expression '(1'", 5],
    ['1 0', "unexpected character '0' at the end of conditional expression '1 0'", 2],
    ['1a', "unexpected character 'a' at the end of conditional expression '1a'", 1],
    ['streq(a)', "missing arguments (got 1/2), type 'string' expected in argument 1 of predicate 'streq'", 7],
    ['streq(a,b,c)', "expected ')' before ',c)' in argument 1 of predicate 'streq'", 9],
    ['defined(A', "expected ')' in argument 1 of predicate 'defined'", 9],
  ])('%s cannot be read', (text, message, at) => {
    const result = evaluateCondition(text, context);
    expect(result).toMatchObject({ ok: false, at });
    expect(result.ok ? '' : result.message).toContain(message);
  });

  it('ends at once however deep the parentheses are', () => {
    const depth = 20_000;
    const result = evaluateCondition(`${'('.repeat(depth)}1${')'.repeat(depth)}`, context);
    expect(result.ok).toBe(false);
  });

  it('compares versions number by number', () => {
    expect(isOlder('2.6', '2.10')).toBe(true);
    expect(isOlder('3.4.0', '3.4')).toBe(false);
    expect(isOlder('3.4-dev2', '3.4-dev10')).toBe(true);
    expect(isOlder('3.4-dev2', '3.4')).toBe(true);
  });
});

describe('blocks', () => {
  it('read one branch only, and nothing within the others', async () => {
    const text = '.if 0\nbogus\n.if foo(\n.else\n.notice no\n.endif\n.elif 1\n.notice yes\n.else\n.notice no\n.endif';
    expect(await said(text)).toEqual(["notice: [t.cfg:8]: 'yes'."]);
  });

  it('leave variables of other branches alone', async () => {
    const text =
      'global\n.if 0\nsetenv A no\nfrontend x\n.else\nsetenv A yes\n.endif\nnosplice\n.if streq("$A",yes) && !enabled(SPLICE)\n.notice "$A"\n.endif';
    expect(await said(text)).toEqual(["notice: [t.cfg:10]: 'yes'."]);
  });

  it('see the version of the target', async () => {
    const text = '.if version_before(3.0)\n.notice old\n.else\n.notice new\n.endif';
    expect(await said(text)).toEqual(["notice: [t.cfg:4]: 'new'."]);
    expect(await said(text, { target: '2.8' })).toEqual(["notice: [t.cfg:2]: 'old'."]);
  });

  it('are still looked at for open quotes where they do not count', async () => {
    expect((await said('.if 0\n"open\n.endif'))[0]).toContain('alert: [t.cfg:2]: unmatched quote at position 1');
  });

  it.each([
    ['.if 1', "[t.cfg:6]: non-terminated '.if' block."],
    ['.endif', "[t.cfg:1]: lone '.endif' with no matching '.if'."],
    ['.else', "[t.cfg:1]: lone '.else' with no matching '.if'."],
    ['.if 1\n.else\n.elif 1\n.endif', "[t.cfg:3]: '.elif' after '.else' is not permitted."],
    ['.endif x', "[t.cfg:1]: Unexpected argument 'x' for '.endif'."],
    [
      '.if foo(\n.endif',
      "[t.cfg:1]: unparsable conditional expression 'foo(' in '.if' at position 1:\n  .if foo(\n      ^",
    ],
    ['.alert "stop here"', "[t.cfg:1]: 'stop here'."],
    ['.foo', "[t.cfg:1]: unknown directive '.foo'."],
  ])('%s is an error', async (text, message) => {
    const { diagnostics, model } = await loadConfigurationText(`${text}\n${LISTEN}`, 't.cfg', { strict: true });
    expect(diagnostics[0]?.message).toBe(`config : parsing ${message}`);
    expect(model).toBeUndefined();
  });

  it('leave out the lines of a condition that cannot be read, and read on after them', async () => {
    const lines = await said('.if foo(\nbogus\n.else\nbogus\n.endif\nbogus');
    expect(lines.map((line) => line.slice(0, 40))).toEqual([
      'alert: [t.cfg:1]: unparsable conditional',
      "alert: [t.cfg:6]: unknown keyword 'bogus",
    ]);
  });

  it('say several words with a warning, or as HAProxy refuse them', async () => {
    expect(await said('.notice two words')).toEqual([
      "warning: [t.cfg:1]: Unexpected argument 'words' for '.notice'. Use quotes if the message should contain spaces.",
      "notice: [t.cfg:1]: 'two words'.",
    ]);
    expect(await said('.diag two words', { strict: true })).toHaveLength(1);
  });
});

describe('predefined variables', () => {
  it('name the files, the machine and the version', async () => {
    const text = '.notice "$HAPROXY_CFGFILES $HAPROXY_LOCALPEER $HAPROXY_BRANCH ${.FILE}:${.LINE}"';
    expect(await said(text, { env: {}, localPeer: 'peer1' })).toEqual([
      "notice: [t.cfg:1]: 't.cfg peer1 3.4 t.cfg:1'.",
    ]);
  });

  it('follow localpeer, unsetenv and resetenv', async () => {
    const env = { A: 'a', B: 'b' };
    const global = (...lines: string[]) => ['global', ...lines, '.notice "<$A$B$HAPROXY_LOCALPEER>"'].join('\n');
    expect(await said(global('localpeer me'), { env })).toEqual(["notice: [t.cfg:3]: '<abme>'."]);
    expect(await said(global('unsetenv B HAPROXY_LOCALPEER'), { env })).toEqual(["notice: [t.cfg:3]: '<a>'."]);
    expect(await said(global('resetenv B'), { env })).toEqual(["notice: [t.cfg:3]: '<b>'."]);
    expect(await said(global('presetenv A x', 'presetenv C y', 'setenv B "$C"', 'resetenv A B'), { env })).toEqual([
      "notice: [t.cfg:6]: '<ay>'.",
    ]);
  });

  it('do not set what is no name or has no value', async () => {
    const lines = await said('global\nsetenv A=B c\nsetenv A ""\n.notice "<$A>"', { env: {} });
    expect(lines).toEqual(
      [
        "alert: [t.cfg:2]: 'setenv' failed on variable 'A=B' : Invalid argument.",
        "alert: [t.cfg:3]: 'setenv' expects a name and a value.",
        "notice: [t.cfg:4]: '<>'.",
      ].toSorted((a, b) => Number(a.includes('notice')) - Number(b.includes('notice'))),
    );
  });
});
