import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../../src/config/apply-fixes.ts';
import { quoteWords } from '../../../src/config/fix.ts';
import { fixText } from '../../../src/config/fix-text.ts';
import { rewrittenRule } from '../../../src/config/keywords/http-rewritten.ts';
import { loadConfigurationText } from '../../../src/config/load.ts';
import { sourceFromText } from '../../../src/config/source.ts';
import { parseLine } from '../../../src/grammar/line.ts';

const REST = 'timeout client 1s\n  timeout connect 1s\n  timeout server 1s\n';

/** `lines` in a listen section that is right, before and after. */
async function mended(lines: string, head = 'listen web\n  bind 127.0.0.1:9001\n') {
  const before = `${head}  ${lines}\n  ${REST}`;
  const { text, result } = await fixText(before, 't.cfg', { env: { REGION: 'west' } });
  expect(text.endsWith(`  ${REST}`)).toBe(true);
  return { lines: text.slice(0, text.length - REST.length - 2), ...result };
}

describe('today’s form of', () => {
  it.each([
    ['redispatch', 'option redispatch'],
    ['option httpclose\n  option forceclose', 'option httpclose'],
    ['timeout queue 5sx', 'timeout queue 5s'],
    ['timeout queue 1.5s', 'timeout queue 1500ms'],
    ['timeout queue 50 // ms', 'timeout queue 50 # ms'],
    ['timeout queue 1s\n  timeout queue 2s', 'timeout queue 2s'],
    ['server s 127.0.0.1:80 check interval 5s', 'server s 127.0.0.1:80 check inter 5s'],
    ['http-check timeout 3s', 'timeout check 3s'],
    ['.notice two words', '.notice "two words"'],
    ['description $REGION', 'description "$REGION"'],
  ])('%s', async (before, after) => {
    const { lines, diagnostics } = await mended(before);
    expect(lines).toBe(`listen web\n  bind 127.0.0.1:9001\n  ${after}\n`);
    expect(diagnostics.filter(({ severity }) => severity !== 'notice')).toEqual([]);
  });

  it('timeouts', async () => {
    const text = (names: readonly string[]) =>
      `defaults\n${names.map((name) => `\t${name}\t5s # why\n`).join('')}listen l\n bind :80\n`;
    const { text: after, result } = await fixText(text(['contimeout', 'clitimeout', 'srvtimeout']), 't.cfg');
    expect(after).toBe(text(['timeout connect', 'timeout client', 'timeout server']));
    expect(result.diagnostics).toEqual([]);
  });

  it('an address on a section’s line', async () => {
    const { lines } = await mended('mode tcp # yes', 'listen web 127.0.0.1:80,127.0.0.1:81 name x # here\n');
    expect(lines).toBe('listen web # here\n  bind 127.0.0.1:80,127.0.0.1:81 name x\n  mode tcp # yes\n');
  });

  it('a line that is ignored goes, its comment stays', async () => {
    const text = 'global\n  nbproc 4 # four\n  nbproc 2\nbackend b\n  bind :80\n  rate-limit sessions 5\n';
    const fixed = await fixText(text, 't.cfg');
    expect(fixed.text).toBe('global\n  # four\nbackend b\n');
  });

  it('what a server invents', async () => {
    const { lines, diagnostics } = await mended('server s 127.0.0.1:80 check uri /x expect OK # s');
    const head = 'listen web\n  option httpchk GET /x\n  http-check expect string OK\n';
    expect(lines).toBe(`${head}  bind 127.0.0.1:9001\n  server s 127.0.0.1:80 check # s\n`);
    expect(diagnostics).toEqual([]);
  });

  it('a request with headers hidden behind its version', async () => {
    const { lines, diagnostics } = await mended('option httpchk GET / HTTP/1.1\\r\\nHost:\\ a\\ b%');
    expect(lines).toContain("  option httpchk\n  http-check send meth GET uri / ver HTTP/1.1 hdr Host 'a b%%'\n");
    expect(diagnostics).toEqual([]);
  });

  it('two proxies of one name', async () => {
    const text = 'frontend web\n  bind :80\n  default_backend web\nbackend web\n  server web 127.0.0.1:80\n';
    const fixed = await fixText(text, 't.cfg');
    expect(fixed.text).toBe(
      text
        .replace('default_backend web', 'default_backend web_backend')
        .replace('\nbackend web', '\nbackend web_backend'),
    );
    const tracked = `${text}backend other\n  server s 127.0.0.1:80 track web/web\n`;
    expect((await fixText(tracked, 't.cfg')).text).toBe(tracked);
  });

  it('servers of one name', async () => {
    const lines = [
      'server a 127.0.0.1:1',
      'server a 127.0.0.1:2 # two',
      'server a_2 127.0.0.1:3',
      '"server" "a" 127.0.0.1:4',
    ];
    const { lines: text, diagnostics } = await mended(lines.join('\n  '));
    const mendedLines = [lines[0], 'server a_3 127.0.0.1:2 # two', lines[2], '"server" a_4 127.0.0.1:4'];
    expect(text).toBe(`listen web\n  bind 127.0.0.1:9001\n  ${mendedLines.join('\n  ')}\n`);
    expect(diagnostics).toEqual([]);
  });

  it('the ends of a file', async () => {
    const fixed = await fixText(
      '\ufefflisten web\r\n  contimeout 5\r\n  option httpchk GET / HTTP/1.0\\r\\na:b',
      't.cfg',
    );
    const sent = '  option httpchk\r\n  http-check send meth GET uri / ver HTTP/1.0 hdr a b\n';
    expect(fixed.text).toBe(`listen web\r\n  timeout connect 5\r\n${sent}`.replace('httpchk\r\n', 'httpchk\n'));
  });

  it('nothing, where nothing is old: not a byte is touched', async () => {
    const text = 'global\n\n \t# c\n  daemon  \nlisten  "web"\t\n bind :80 # x';
    expect((await fixText(`${text}\n`, 't.cfg')).text).toBe(`${text}\n`);
  });
});

describe('rules for HTTP that were dropped', () => {
  const words = (line: string) => parseLine(line, () => undefined).words.map((word) => word.text);
  it.each([
    ['reqadd X-A:\\ b\\ 5%', "http-request add-header X-A 'b 5%%'"],
    ['rspadd X-A:b if TRUE', 'http-response add-header X-A b if TRUE'],
    ['reqidel ^X-A:.*', 'http-request del-header X-A'],
    ['rspidel ^Server:', 'http-response del-header Server'],
    ['block if { path /x }', 'http-request deny if { path /x }'],
    ['reqirep ^Host: Host:\\ a.example', 'http-request replace-header Host .* a.example'],
    ['rsprep ^Server:\\ .*$ Server:\\ x if TRUE', 'http-response replace-header Server .* x if TRUE'],
    [
      'rspirep ^Location:\\ http://(.*) Location:\\ https://\\1',
      "http-response replace-header Location ^http://(.*) 'https://\\1'",
    ],
    ['reqrep ^([^\\ :]*)\\ /old/(.*) \\1\\ /new/\\2', "http-request replace-uri ^/old/(.*) '/new/\\1'"],
  ])('%s', (before, after) => {
    const [name, ...args] = words(before);
    const rule = rewrittenRule(name!, args);
    expect(rule === undefined ? undefined : quoteWords(rule)).toBe(after);
    expect(words(after)).toEqual(rule);
  });

  it.each([
    'reqadd',
    'reqadd nothing',
    'reqidel X-.*',
    'reqidel ^X-.*:',
    'reqidel ^X-A:$',
    'reqirep ^Host: Host:\\ \\1',
    'reqirep ^Host: X-Host:\\ a',
    'block',
    'reqrep a b',
    'reqdeny ^GET',
    'reqrep ^([^\\ :]*)\\ /(.*) \\1\\ /x',
  ])('%s is not plain', (line) => {
    const [name, ...args] = words(line);
    expect(rewrittenRule(name!, args)).toBeUndefined();
  });

  it('is read as today’s rule, with a warning, and refused by --strict', async () => {
    const text = `listen web\n bind 127.0.0.1:9001\n reqadd X-A:\\ b\n ${REST}`;
    const { diagnostics } = await loadConfigurationText(text, 't.cfg');
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toContain('warning removed-keyword');
    expect((await loadConfigurationText(text, 't.cfg', { strict: true })).model).toBeUndefined();
  });
});

describe('edits', () => {
  const source = sourceFromText('t.cfg', 'a b c # d\n\te\n');
  const span = (start: number, end: number) => ({ file: 't.cfg', line: 1, start, end });

  it('that overlap are left for later, with the fix they belong to', () => {
    const fixes = [
      { title: '', edits: [{ kind: 'replace', span: span(2, 3), text: 'X' } as const] },
      {
        title: '',
        edits: [
          { kind: 'remove', span: span(2, 5) } as const,
          { kind: 'insert', file: 't.cfg', line: 2, lines: ['n'], inSection: false } as const,
        ],
      },
      { title: '', edits: [{ kind: 'replace', span: { ...span(0, 1), file: 'other.cfg' }, text: 'Y' } as const] },
    ];
    expect(applyFixes(source, fixes)).toEqual({ text: 'a X c # d\n\te\n', made: 1 });
  });

  it('keep comments, indentation and line ends', () => {
    const edit = (edits: Parameters<typeof applyFixes>[1][number]['edits']) =>
      applyFixes(source, [{ title: '', edits }]).text;
    expect(edit([{ kind: 'remove-line', file: 't.cfg', line: 1 }])).toBe('# d\n\te\n');
    expect(edit([{ kind: 'remove-line', file: 't.cfg', line: 2 }])).toBe('a b c # d\n');
    expect(edit([{ kind: 'remove', span: span(4, 5) }])).toBe('a b # d\n\te\n');
    expect(edit([{ kind: 'insert', file: 't.cfg', line: 1, lines: ['x', 'y'], inSection: true }])).toBe(
      'a b c # d\n\tx\n\ty\n\te\n',
    );
    expect(edit([{ kind: 'insert', file: 't.cfg', line: 2, lines: ['x'], inSection: false }])).toBe(
      'a b c # d\n\te\n\tx\n',
    );
  });
});
