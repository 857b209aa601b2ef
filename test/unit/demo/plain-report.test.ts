import { expect, test } from 'vitest';
import { PlainReport } from '../../../src/demo/plain-report.ts';
import { happening, picture } from './pictures.ts';

function report() {
  let text = '';
  const plain = new PlainReport((more) => {
    text += more;
  });
  const written = () => {
    const was = text;
    text = '';
    return was;
  };
  return { plain, written };
}

test('says what to try, whole commands on lines of their own', () => {
  const { plain, written } = report();
  plain.begin(picture({ limit: 20_000 }));
  const text = written();
  expect(text).toContain(
    "\n    echo 'show stat' | nc -U /tmp/hapax-demo-AbCdEf/admin.sock | awk -F, '/backend[1-2]/ {print $2,$18,$37}'\n",
  );
  expect(text).toContain('\nIt ends by itself after 20 s.\n');
  expect(text).not.toContain('\x1b');
});

test('tells each event once, with the table, even when old ones are forgotten', () => {
  const { plain, written } = report();
  const all = Array.from({ length: 9 }, (_, index) => happening(`event ${index}`, index));
  plain.show(picture());
  expect(written()).toBe('');
  for (let end = 1; end <= all.length; end++) {
    const happenings = all.slice(Math.max(0, end - 3), end);
    plain.show(picture({ happenings }));
    const text = written();
    expect(text.startsWith(`12:00:0${end - 1}  event ${end - 1}\n    SERVER `)).toBe(true);
    expect(text.match(/event/g)).toHaveLength(1);
    expect(text).toContain('    Visitors: 20 requests answered, 0 failed.\n');
    plain.show(picture({ happenings }));
    expect(written()).toBe('');
  }
});
