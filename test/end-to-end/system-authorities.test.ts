/** `ca-file @system-ca`: the machine's own authorities, with a bundle of the test's in their place. HAProxy is shown the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { inNamespace, whyNoNamespace } from '../support/namespace.ts';
import { type Product, startProxy, whyNoHaproxy } from '../support/proxy-process.ts';
import { httpAnswer, startScripted, tls } from '../support/scripted-server.ts';
import { rowOf, showStat } from '../support/stats-client.ts';
import { waitFor } from '../support/wait.ts';

const problem = whyNoNamespace();
if (problem !== undefined) console.log(`skipped: the machine's authorities: ${problem}`);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** What a check of a server of our own authority finds where the machine trusts `trusted` alone. */
async function outcome(product: Product, trusted: 'ours' | 'another'): Promise<string> {
  const authority = createAuthority('Office Authority');
  const directory = mkdtempSync(join(tmpdir(), 'hapax-system-ca-'));
  cleanups.push(() => rmSync(directory, { recursive: true }));
  const bundle = join(directory, 'bundle.pem');
  writeFileSync(bundle, trusted === 'ours' ? authority.cert : createAuthority('Another Authority').cert);
  const server = await startScripted(tls(authority.issue({ commonName: 'a.office' }), httpAnswer('200 OK')));
  cleanups.push(() => server.close());
  const proxy = await startProxy(product, {
    config: `global
  stats socket $DIR/stats.sock level admin
defaults
  mode tcp
  timeout connect 20s
  timeout client 20s
  timeout server 20s
backend b
  option httpchk GET /
  server s ${server.address} check inter 20s check-ssl verify required ca-file @system-ca
`,
    // HAProxy reads the files of the directory, hapax the bundle that is among them.
    prefix: inNamespace(`mount -t tmpfs tmpfs /etc/ssl/certs
cat ${bundle} > /etc/ssl/certs/ca-certificates.crt
cp ${bundle} /etc/ssl/certs/office.pem`),
  });
  cleanups.push(() => proxy.stop());
  return waitFor('the first check', async () => {
    const { check_status, last_chk } = rowOf(await showStat(proxy.statsSocket), 'b', 's');
    return /^L\d/.test(check_status!) && `${check_status} ${last_chk}`.trim();
  });
}

const products: readonly Product[] = whyNoHaproxy() === undefined ? ['hapax', 'haproxy'] : ['hapax'];

describe.skipIf(problem !== undefined)("the machine's authorities", () => {
  it.each(products)('are those that %s trusts', async (product) => {
    expect(await outcome(product, 'ours')).toBe('L7OK');
    expect(await outcome(product, 'another')).toMatch(/^L6RSP SSL handshake failure/);
  });
});
