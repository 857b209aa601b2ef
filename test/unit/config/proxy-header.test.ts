/** `send-proxy` and its kin on servers that only checks reach. */
import { describe, expect, it } from 'vitest';
import { loadBackend, loadLines, messages, serversOf } from '../../support/load-text.ts';

const V2 = { ssl: false, crc32c: false };

async function checkOf(parameters: string, before: readonly string[] = []) {
  const timeouts = ['timeout connect 1s', 'timeout server 1s'];
  const [server] = serversOf(
    await loadLines(['backend b', ...timeouts, ...before, `server s 127.0.0.1:8000 check ${parameters}`]),
  );
  const { sendProxy, proxyHeaderV2 } = server!.check;
  return { sendProxy, proxyHeaderV2 };
}

describe('the PROXY header of checks', () => {
  it.each([
    ['', undefined, undefined],
    ['send-proxy', true, undefined],
    ['send-proxy no-send-proxy', undefined, undefined],
    ['send-proxy-v2', true, V2],
    ['send-proxy-v2 send-proxy', true, V2],
    ['send-proxy-v2 no-send-proxy', true, V2],
    ['send-proxy-v2 no-send-proxy-v2-ssl', undefined, undefined],
    ['send-proxy-v2-ssl-cn no-send-proxy-v2-ssl', true, undefined],
    ['send-proxy-v2-ssl no-send-proxy-v2', true, undefined],
    ['send-proxy-v2-ssl-cn no-send-proxy-v2-ssl-cn', undefined, undefined],
    ['send-proxy-v2-ssl', true, { ssl: true, crc32c: false }],
    ['proxy-v2-options crc32c', true, undefined],
    ['proxy-v2-options crc32c proxy-v2-options cert-sig send-proxy-v2', true, { ssl: true, crc32c: true }],
    ['send-proxy-v2 port 80', undefined, V2],
    ['send-proxy-v2 port 0', true, V2],
    ['send-proxy-v2 addr 127.0.0.2', undefined, V2],
    ['send-proxy-v2 addr 127.0.0.2 check-send-proxy', true, V2],
  ])('%s', async (parameters, sendProxy, proxyHeaderV2) => {
    expect(await checkOf(parameters)).toEqual({ sendProxy, proxyHeaderV2 });
  });

  it('comes from default-server, and is taken back by the server', async () => {
    const before = ['default-server send-proxy-v2'];
    expect(await checkOf('', before)).toEqual({ sendProxy: true, proxyHeaderV2: V2 });
    expect(await checkOf('no-send-proxy-v2', before)).toEqual({});
  });

  it.each(['x', 'ssl,,crc32c', 'SSL', ''])('refuses the option %j in HAProxy’s words', async (options) => {
    const wrong = options === 'ssl,,crc32c' ? '' : options;
    const result = await loadBackend([`server s 127.0.0.1:1 proxy-v2-options "${options}"`]);
    expect(messages(result)).toContain(`[t.cfg:10] : 'server b/s' : '${wrong}' : proxy v2 option not implemented.`);
  });

  it('is refused where traffic comes, at the word that asks for it', async () => {
    const result = await loadBackend(['server s 127.0.0.1:1 check send-proxy-v2']);
    expect(messages(result)).toEqual([
      expect.stringMatching(/'server b\/s' : 'send-proxy-v2' for traffic is not supported yet by hapax/),
    ]);
    expect(result.diagnostics[0]?.span).toMatchObject({ line: 10, start: 27, end: 40 });
  });
});
