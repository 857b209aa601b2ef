/** Lines that HAProxy 2.6 refuses or takes for a reason that is easily missed: the same verdict under `--strict --target 2.6`. */
import { describe, expect, it } from 'vitest';
import { loadLines, messages } from '../../support/load-text.ts';

const TIMEOUTS = ['defaults', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s'];

/** The alerts and warnings without their place. */
async function said(lines: readonly string[], strict = true): Promise<readonly string[]> {
  const result = await loadLines(lines, strict ? { strict, target: '2.6' } : {});
  return messages(result).map((each) => each.replace(/^(?:parsing )?\[t\.cfg:\d+\] ?: /, ''));
}

const inListen = (line: string, strict = true) =>
  said([...TIMEOUTS, 'listen l', 'bind 127.0.0.1:9001', line, 'server s 127.0.0.1:80'], strict);

describe('words of a line', () => {
  it('end at a carriage return that does not stand before them', async () => {
    expect(await inListen('mode tcp\r junk')).toEqual([]);
    expect(await inListen('\r mode tcp\r')).toEqual([]);
    expect(await inListen('mode\r tcp')).toEqual(["unknown proxy mode ''."]);
    expect((await inListen('mode "t\rcp"'))[0]).toMatch(/unmatched quote at position 6:$/);
  });

  it('are ignored when the first is empty, with a warning unless it is --strict', async () => {
    expect(await inListen("'' junk")).toEqual([]);
    expect(await inListen('"$NOTHING" timeout queue 1s')).toEqual([]);
    expect(await inListen("no '' junk")).toHaveLength(2);
    expect(await inListen("'' junk", false)).toEqual([
      expect.stringContaining('line ignored because its first word is empty.'),
    ]);
  });
});

describe('names of a later HAProxy', () => {
  it('are unknown as fetches and converters', async () => {
    expect(await inListen('acl a ssl_c_r_dn -m found')).toEqual([
      "error detected while parsing ACL 'a' : unknown fetch method 'ssl_c_r_dn' in ACL expression 'ssl_c_r_dn'.",
    ]);
    expect(await inListen('acl a src,ip.ver -m found')).toEqual([
      "error detected while parsing ACL 'a' : unknown converter 'ip.ver' in ACL expression 'src,ip.ver'.",
    ]);
    expect(await inListen('log-format %[bytes_in]')).toEqual([
      expect.stringContaining("unknown fetch method 'bytes_in'"),
    ]);
  });

  it('are taken with a warning where the target is not enforced', async () => {
    const result = await loadLines([...TIMEOUTS, 'listen l', 'bind 127.0.0.1:9001', 'acl a ssl_c_r_dn -m found'], {
      target: '2.6',
    });
    expect(messages(result)).toEqual(["parsing [t.cfg:7] : HAProxy 2.6 has no 'ssl_c_r_dn' yet."]);
    const later = await loadLines([...TIMEOUTS, 'listen l', 'bind 127.0.0.1:9001', 'acl a ssl_c_r_dn -m found'], {
      strict: true,
      target: '2.8',
    });
    expect(messages(later)).toEqual([]);
  });
});
