import type { PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { matchesName, nameTest } from '../../../src/health/peer-name.ts';

describe('a name of a certificate', () => {
  it.each([
    ['svc.example', 'SVC.Example', true],
    ['*.example', 'svc.example', true],
    ['*.example', 'a.svc.example', false],
    ['*.svc.example', 'a.svc.example', true],
    ['*.svc.example', 'svc.example', false],
    ['*.svc.example', 'a.b.svc.example', false],
    ['s*c.example.com', 'svc.example.com', true],
    ['s*c.example.com', 'sc.example.com', true],
    ['s*c.example.com', 'sxxd.example.com', false],
    ['s*s.example.com', 's.example.com', false],
    ['a.*.com', 'a.b.com', false],
    ['*', 'svc', false],
    ['127.0.0.1', '127.0.0.1', true],
  ])('%s covers %s: %s', (pattern, host, expected) => {
    expect(matchesName(pattern, host)).toBe(expected);
  });

  const certificate = (CN: string, subjectaltname: string) => ({ subject: { CN }, subjectaltname }) as PeerCertificate;

  it('counts as alternative or as common name, not as address', () => {
    const test = nameTest('svc.example', undefined);
    expect(test('', certificate('svc.example', 'DNS:other.example'))).toBeUndefined();
    expect(test('', certificate('x', 'DNS:other.example, DNS:svc.example'))).toBeUndefined();
    expect(test('', certificate('x', 'DNS:other.example'))?.message).toContain('the configured one');
    expect(nameTest('127.0.0.1', undefined)('', certificate('x', 'IP Address:127.0.0.1'))).toBeDefined();
  });

  it('cannot be hidden inside another one', () => {
    const test = nameTest('svc.example', undefined);
    expect(test('', certificate('x', 'URI:"http://a/, DNS:svc.example", DNS:b'))).toBeDefined();
    expect(test('', certificate('x', 'DNS:"a, DNS:svc.example"'))).toBeDefined();
  });
});
