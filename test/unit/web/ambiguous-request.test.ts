/** Requests that a lenient parser of some version of Node hands over, and HAProxy refuses. */
import { expect, it } from 'vitest';
import { isAmbiguous } from '../../../src/web/ambiguous-request.ts';

const request = (url: string, ...rawHeaders: string[]) => ({ httpVersionMajor: 1, url, rawHeaders });

it('lets plain requests through', () => {
  expect(isAmbiguous(request('/st%C3%A4ts;csv?a=~', 'Host', 'x', 'A-b', 'some words'))).toBe(false);
  expect(isAmbiguous(request('http://X:80/stats', 'Host', 'x'))).toBe(false);
});

it.each([
  ['letters above 127 in the address', request('/st\u00e4ts')],
  ['a header name that ends with a space', request('/stats', 'Host', 'x', 'A ', 'b')],
  ['a header name of two words', request('/stats', 'A B', 'b')],
  ['hosts that differ', request('/stats', 'Host', 'x', 'Host', 'y')],
  ['another host in the address', request('http://y/stats', 'Host', 'x')],
  ['no version', { ...request('/stats'), httpVersionMajor: 0 }],
])('refuses %s', (_name, given) => {
  expect(isAmbiguous(given)).toBe(true);
});
