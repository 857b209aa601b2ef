// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a configuration, not of JavaScript.
/** Conditional blocks, messages of the author and variables: the same words from HAProxy and from hapax's reader. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runToEnd, skipWithoutHaproxy } from '../support/proxy-process.ts';
import { hapaxMessages, haproxyMessages } from './message-comparison.ts';

const skipped = skipWithoutHaproxy('directives beside HAProxy');

const REST = [
  'defaults',
  'timeout connect 1s',
  'timeout client 1s',
  'timeout server 1s',
  'frontend f',
  'bind 127.0.0.1:9001',
];

const CONDITIONS: readonly string[] = [
  ...['', '""', '1', '0', '2', '-1', '+1', '00', '0x1', '1a', 'abc', '1 # comment', '(1) # comment'],
  ...['!1', '! 0', '!!1', '!', '()', '!(', '(1', '1 )', ')', '((1)', '!(1', '1 && (1', '(1 && 1 x)', '(foo)', '!(foo)'],
  ...['1 &&', '1 ||', '1 || 1 ||', '1 || 1 &&', '1 && 1 &&', '1 && 0 ||', '!1 &&', '(1 &&)', '(1 ||)', '&& 1', '1 &'],
  ...['1 && nosuch(x)', '1 || nosuch(x)', '1 && !foo', '!foo(', '1 0', '1 & 1', '1 &&& 1', '(1 & 1)', '1 || ('],
  ...['0 || 1', '1 || 0 && 0', '(1 || 0) && 0', '!(1 && 0)', '!0 && !0', '(0 && 1) || ( 1 && (1) )'],
  ...[
    'defined(HOME)',
    'defined( HOME )',
    'defined()',
    'defined',
    'defined(A',
    'defined(',
    'defined(A)B',
    'defined(A,B)',
  ],
  ...['streq(a,a)', 'streq( a,a)', 'streq(a ,a )', 'streq(a , a)', 'streq(a)', 'streq()', 'streq(a,b,c)', 'streq(a,'],
  ...['streq("a,b","a,b")', `streq('"a,b"','"a,b"')`, 'streq(\\"a,b\\",\\"a,b\\")', 'streq(a\\ b,"a b")'],
  ...['streq("a  b",a  b)', 'streq("$HOME",$HOME)', 'streq("$HOME","$HOME")', `streq('"a','b')`, '"streq(a,a)"'],
  ...['strneq(a,b)', 'strneq(a)', 'streq(a,a) streq(b,b)', 'streq(a,b)) || 1', 'foo("a b",\'c d\',\\"x\\")'],
  ...['version_atleast(2.6)', 'version_atleast(2.4.1)', 'version_before(2.6)', 'version_before(2.7-dev1)'],
  ...['version_atleast(2.7)', 'version_atleast(2.4,2)', 'feature(OPENSSL)', 'feature(NOPE)', 'feature(openssl)'],
];

const TEXTS: readonly string[] = [
  ...CONDITIONS.map((condition) => `.if ${condition} ;; .notice yes ;; .else ;; .notice no ;; .endif`),
  '.if 0 ;; "open ;; .endif',
  '.if 0 ;; foo \\xzz ;; .endif',
  '.if 0 ;; .foo ;; .elif 1 ;; .notice elif ;; .else ;; .notice else ;; .endif',
  '.if 0 ;; .elif foo( ;; .endif',
  '.if 1 ;; .notice a ;; .elif foo( ;; .notice b ;; .endif',
  '.if 0 ;; .if foo( ;; .else ;; .endif ;; .else ;; .notice e ;; .endif',
  '.if 1 ;; .else ;; .else ;; .endif',
  '.if 1 ;; .else ;; .elif 1 ;; .endif',
  '.if 1 ;; .if 1 ;; .notice deep ;; .endif ;; .endif',
  '.if 1',
  '.elif 1',
  '.else',
  '.endif',
  '.endif x',
  '.if 1 ;; .endif foo',
  '.if 0 ;; .else foo ;; .notice n ;; .endif',
  '.notice',
  '.notice a b c',
  '.notice "a   b" c',
  '.warning',
  '.alert',
  '.alert a ;; .notice b',
  '.diag foo',
  '.diag foo bar',
  `.notice "a"b'c' # d`,
  '  .notice x',
  'no .notice x',
  '.IF 1',
  'global ;; setenv A b ;; .if defined(A) ;; .notice "$A" ;; .endif',
  'global ;; .if 0 ;; setenv HOME b ;; .endif ;; .notice "$HOME"',
  'global ;; setenv A ;; setenv ;; presetenv A ;; unsetenv',
  'global ;; setenv A=B c ;; presetenv A=B c ;; setenv "" c',
  'global ;; setenv A "" ;; .notice "<$A>"',
  'global ;; presetenv HOME x ;; .notice "$HOME"',
  'global ;; unsetenv HOME PATH ;; .notice "<$HOME$PATH>"',
  'global ;; resetenv HOME ;; .notice "<$HOME$PATH>"',
  'global ;; localpeer me ;; .notice "$HAPROXY_LOCALPEER"',
  'userlist u ;; setenv A b',
  'setenv A b',
  'global ;; no setenv A b',
  '.notice $HOME ;; .notice "\\$HOME" ;; .notice "$HAPROXY_LOCALPEER"',
  // Not on the first line, where 2.6 loses what follows the name.
  'global ;; .notice "${HOME-x}" ;; .notice "${NO_SUCH_VARIABLE-x y}" ;; .notice "${.FILE}:${.LINE} ${.SECTION}"',
  '.notice "$$"',
  '.notice "${}"',
];

describe.skipIf(skipped)('directives beside HAProxy', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hapax-directives-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(TEXTS)('%s', async (line) => {
    const text = `${[...line.split(' ;; '), ...REST].join('\n')}\n`;
    expect(await hapaxMessages(text, { target: '2.6' })).toEqual(await haproxyMessages(directory, text));
  });
});

describe.skipIf(skipped)('-cc beside HAProxy', () => {
  const plain = CONDITIONS.filter((condition) => !/version_|feature|#/.test(condition));

  it.each(plain)('%s', async (condition) => {
    const [oracle, ours] = await Promise.all([
      runToEnd('haproxy', ['-cc', condition], tmpdir()),
      runToEnd('hapax', ['-cc', condition], tmpdir()),
    ]);
    const alerts = (text: string) => text.split('\n').filter((line) => line.startsWith('[ALERT]'));
    const same = (text: string) => alerts(text).map((line) => line.replace(/\(\d+\)/, ''));
    expect([ours.code, same(ours.stderr)]).toEqual([oracle.code, same(oracle.stderr)]);
  });
});
