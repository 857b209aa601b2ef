import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAuthority } from '../../../src/demo/certificates.ts';

test('an authority signs certificates for names and addresses', async () => {
  const authority = await createAuthority('An Authority');
  const { cert, key } = await authority.issue('backend1', ['backend1', 'localhost', '127.0.0.1']);
  const [root, leaf] = [new X509Certificate(authority.cert), new X509Certificate(cert)];
  expect([root.ca, root.subject, root.verify(root.publicKey)]).toEqual([true, 'CN=An Authority', true]);
  expect([leaf.ca, leaf.subject, leaf.checkIssued(root)]).toEqual([false, 'CN=backend1', true]);
  expect(leaf.verify(root.publicKey)).toBe(true);
  expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect([leaf.checkHost('localhost'), leaf.checkHost('backend2')]).toEqual(['localhost', undefined]);
  expect([leaf.checkIP('127.0.0.1'), leaf.checkIP('127.0.0.2')]).toEqual(['127.0.0.1', undefined]);
  expect(leaf.serialNumber).not.toBe(root.serialNumber);
  expect(Date.parse(leaf.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(leaf.validTo)).toBeGreaterThan(Date.now());
});
