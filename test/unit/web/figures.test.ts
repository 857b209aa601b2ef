import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../../src/web/escape.ts';
import { bitRate, duration, grouped, period } from '../../../src/web/figures.ts';
import { pageLink, readFlags } from '../../../src/web/page-flags.ts';
import { inPieces } from '../../../src/web/pieces.ts';

describe('figures', () => {
  it('part thousands', () => {
    expect(
      [0, 999, 1000, 9978, 123_456_789, 2 ** 53].map(grouped).map((text) => text.replaceAll('\u202f', ' ')),
    ).toEqual(['0', '999', '1 000', '9 978', '123 456 789', '9 007 199 254 740 992']);
  });

  it('tell times in two units', () => {
    expect([0, 59, 60, 61, 3599, 3600, 3661, 86_399, 86_400, 187_200].map(duration)).toEqual([
      '0s',
      '59s',
      '1m',
      '1m1s',
      '59m59s',
      '1h',
      '1h1m',
      '23h59m',
      '1d',
      '2d4h',
    ]);
    expect([0, 999, 1000, 1500, 60_000, 90_000].map(period)).toEqual([
      '0 ms',
      '999 ms',
      '1 s',
      '1.5 s',
      '1 min',
      '90 s',
    ]);
    expect([0, 125, 1e6, 1e9].map(bitRate)).toEqual(['0.000 kbps', '1.000 kbps', '8.000 Mbps', '8.000 Gbps']);
  });

  it('escape what HTML would take for its own', () => {
    expect(escapeHtml(`<a href="x">'&amp;'</a>`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;');
    expect(escapeHtml('plain ✓')).toBe('plain ✓');
  });

  it('come in pieces', () => {
    expect([...inPieces([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
    expect([...inPieces([1, 2], 2)]).toEqual([[1, 2]]);
    expect([...inPieces([], 2)]).toEqual([]);
  });
});

describe('what stands behind the URI', () => {
  it('is read in any order and form', () => {
    const plain = { format: 'html', noRefresh: false, up: false, noMaint: false, scope: '', result: undefined };
    expect(readFlags('')).toEqual(plain);
    expect(readFlags('/X;foo=1;;?&=')).toEqual(plain);
    for (const rest of [
      ';up;norefresh?scope=a',
      '?scope=a&norefresh=&up=',
      '/;scope=a;norefresh;up',
      ';up;norefresh;scope=a;up',
    ]) {
      expect(readFlags(rest)).toEqual({ ...plain, up: true, noRefresh: true, scope: 'a' });
    }
    expect(
      ['csv;json', 'csv;typed', 'json;live', 'json-schema;json;csv', 'csv', 'CSV'].map(
        (text) => readFlags(`;${text}`).format,
      ),
    ).toEqual(['json', 'typed', 'live', 'json-schema', 'csv', 'html']);
    expect([readFlags(';scope=a%3Ab').scope, readFlags(';scope=%zz').scope, readFlags('?scope=a+b').scope]).toEqual([
      'a:b',
      '%zz',
      'a b',
    ]);
    expect(readFlags(`;scope=${'x'.repeat(10_000)}`).scope).toHaveLength(255);
  });

  it('is written as HAProxy writes it', () => {
    expect(pageLink('/s', {})).toBe('/s');
    expect(pageLink('/s', { up: true, noMaint: true, noRefresh: true, scope: 'a&b' }, 'st=DONE')).toBe(
      '/s;st=DONE;up;no-maint;norefresh?scope=a%26b',
    );
  });
});
