import { describe, expect, it } from 'vitest';
import { CSV_HEADER, renderCsv } from '../../../src/stats/csv.ts';
import { FIELDS } from '../../../src/stats/fields.ts';
import { collectRows, EVERYTHING } from '../../../src/stats/rows.ts';
import { renderJson, renderTyped } from '../../../src/stats/typed.ts';
import { checkedServer, listener, modelOf, testView } from '../../support/runtime-view.ts';
import { rowsOf } from '../../support/stats-client.ts';

function withText(text: string) {
  const test = testView(
    modelOf([
      { name: 'fe', frontend: { listeners: [listener(1)], socketStats: true, defaultBackend: 1 } },
      { name: 'be', backend: { servers: [checkedServer('s1', 1, { maxconn: 5 })] } },
    ]),
  );
  test.check('be', 's1', { status: 'L7OK', code: 200, duration: 17, text, health: 4 });
  return test.view;
}

const server = { ...EVERYTHING, iid: 3, types: 4 };

describe('CSV', () => {
  it('ends every line with a comma and has as many fields in each', () => {
    const csv = renderCsv(collectRows(withText('')));
    const lines = csv.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(1 + 4);
    for (const line of lines) expect(line.endsWith('-,')).toBe(true);
    for (const line of lines) expect(line.split(',')).toHaveLength(FIELDS.length + 2);
  });

  it('is the header alone without rows', () => {
    expect(renderCsv([])).toBe(`${CSV_HEADER}\n`);
  });

  it('has the very bytes of HAProxy in the columns both know', () => {
    const [line] = renderCsv(collectRows(withText(''), server))
      .split('\n')
      .slice(1);
    expect(line).toBe(
      'be,s1,0,0,0,0,5,0,0,0,,0,,0,0,0,0,UP,1,1,0,0,0,0,0,,1,3,1,,0,,2,0,,0,L7OK,200,17,,,,,,,,,,,0,0,,,,,-1,,,0,0,0,0,,,,' +
        'Layer7 check passed,,2,3,4,,,,127.0.0.1:9001,,tcp,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,0,1,,,,0,,,,,,,,,,0,0,0,0,0,,-,',
    );
  });

  for (const [text, written] of [
    ['with, comma', '"with, comma"'],
    ['with "q" only', '"with ""q"" only"'],
    ["semi; quote ' back\\slash", "semi; quote ' back\\slash"],
    ['a\ttab', 'a\ttab'],
    [' leading and trailing ', ' leading and trailing '],
    ['=1+1', '=1+1'],
  ] as const) {
    it(`writes ${JSON.stringify(text)} as ${written}`, () => {
      const csv = renderCsv(collectRows(withText(text), server));
      expect(csv).toContain(`,-1,${written},,0,`);
      expect(rowsOf(csv)[0]?.last_chk).toBe(text);
    });
  }
});

describe('typed', () => {
  it('has one line for every value that is not empty, numbered by its column', () => {
    const typed = renderTyped(collectRows(withText('a : b'), server), false).split('\n');
    expect(typed.at(-1)).toBe('');
    expect(typed).toContain('S.3.1.0.pxname.1:KNSV:str:be');
    expect(typed).toContain('S.3.1.6.slim.1:CLPV:u32:5');
    expect(typed).toContain('S.3.1.37.check_code.1:MOPV:u32:200');
    expect(typed).toContain('S.3.1.55.lastsess.1:MAPP:s32:-1');
    expect(typed).toContain('S.3.1.56.last_chk.1:MOPV:str:a : b');
    expect(typed.some((line) => line.includes('.dreq.'))).toBe(false);
    expect(typed.some((line) => line.includes('.-.'))).toBe(false);
  });

  it('writes an empty text, which is not the same as an empty field', () => {
    expect(renderTyped(collectRows(withText(''), server), false)).toContain('S.3.1.56.last_chk.1:MOPV:str:\n');
  });

  it('tags act and rate_max by kind of row', () => {
    const typed = renderTyped(collectRows(withText('')), false);
    expect(typed).toContain('S.3.1.19.act.1:SGPV:u32:1\n');
    expect(typed).toContain('B.3.0.19.act.1:MGPV:u32:1\n');
    expect(typed).toContain('B.3.0.35.rate_max.1:MGPV:u32:0\n');
    expect(typed).toContain('L.2.1.1.svname.1:KNSV:str:sock-1\n');
    expect(typed).toContain('F.2.0.32.type.1:CGSV:u32:0\n');
  });

  it('appends descriptions', () => {
    expect(renderTyped(collectRows(withText(''), server), true)).toContain('S.3.1.2.qcur.1:MGPV:u32:0:"');
  });
});

describe('JSON', () => {
  it('is one line of arrays of fields, escaped', () => {
    const json = renderJson(collectRows(withText('with "q"\tonly')));
    expect(json.indexOf('\n')).toBe(json.length - 1);
    const rows = JSON.parse(json);
    expect(rows).toHaveLength(4);
    expect(rows[2]).toContainEqual({
      objType: 'Server',
      proxyId: 3,
      id: 1,
      field: { pos: 56, name: 'last_chk' },
      processNum: 1,
      tags: { origin: 'Metric', nature: 'Output', scope: 'Process' },
      value: { type: 'str', value: 'with "q"\tonly' },
    });
    expect(rows[0][0]).toEqual({
      objType: 'Frontend',
      proxyId: 2,
      id: 0,
      field: { pos: 0, name: 'pxname' },
      processNum: 1,
      tags: { origin: 'Key', nature: 'Name', scope: 'Service' },
      value: { type: 'str', value: 'fe' },
    });
  });
});
