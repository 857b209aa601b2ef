/** What a failed connection is called. */
import { expect, test } from 'vitest';
import { connectFailure, failureReason, systemText } from '../../../src/health/errors.ts';

test.each([
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', 'Connection refused'],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN db.example', 'getaddrinfo EAI_AGAIN db.example'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND db.example', 'getaddrinfo ENOTFOUND db.example'],
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    '80AC81:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../record/ssl3_record.c:350:',
    'wrong version number',
  ],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'certificate has expired'],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'unable to verify the first certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
    'unable to verify the first certificate',
  ],
])('%s is told as a reader wants it', (code, message, reason) => {
  expect(failureReason(code, message)).toBe(reason);
});

test('only what the system itself says has a text of the system', () => {
  expect(systemText('EPIPE')).toBe('Broken pipe');
  expect(systemText('ERR_SSL_BAD_RECORD_TYPE')).toBe('SSL fatal error');
  expect(systemText('EAI_AGAIN')).toBe('');
  expect(connectFailure('EAI_AGAIN', false)).toEqual({ status: 'L4CON', text: '' });
});
