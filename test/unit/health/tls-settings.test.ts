/** Certificates of checks are read and prepared once, for all servers that say the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ServerCheckModel } from '../../../src/config/model.ts';
import { TlsSettings } from '../../../src/health/tls-settings.ts';
import { createAuthority } from '../../support/certificates.ts';

const directory = mkdtempSync(join(tmpdir(), 'hapax-tls-settings-'));
afterAll(() => rmSync(directory, { recursive: true }));

const check = (more: Partial<ServerCheckModel>): ServerCheckModel => ({
  enabled: true,
  inter: 2000,
  rise: 2,
  fall: 3,
  ssl: true,
  verify: 'required',
  ...more,
});

it('one context stands for every server that says the same, whatever name it asks for', () => {
  const caFile = join(directory, 'ca.pem');
  writeFileSync(caFile, createAuthority().cert);
  const tls = new TlsSettings();
  const { secureContext } = tls.optionsFor(check({ caFile }));
  for (let count = 0; count < 100; count++) {
    expect(tls.optionsFor(check({ caFile, sni: `s${count}.example` })).secureContext).toBe(secureContext);
  }
  expect(tls.optionsFor(check({ caFile, sslMaxVersion: 'TLSv1.2' })).secureContext).not.toBe(secureContext);
});

it('a file of authorities is read once', () => {
  const caFile = join(directory, 'gone.pem');
  writeFileSync(caFile, createAuthority().cert);
  const tls = new TlsSettings();
  tls.optionsFor(check({ caFile }));
  rmSync(caFile);
  expect(() => tls.optionsFor(check({ caFile, sslMaxVersion: 'TLSv1.2' }))).not.toThrow();
  expect(() => new TlsSettings().optionsFor(check({ caFile }))).toThrow('ENOENT');
});
