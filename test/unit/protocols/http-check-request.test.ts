import { expect, it } from 'vitest';
import { httpCheckRequest } from '../../../src/protocols/http-check-request.ts';

const get = { method: 'GET', uri: '/s', version: 'HTTP/1.0', headers: [] };

it.each([
  [{ ...get, method: 'OPTIONS', uri: '/' }, 'OPTIONS / HTTP/1.0\r\n\r\n'],
  [get, 'GET /s HTTP/1.0\r\n\r\n'],
  [{ ...get, version: 'HTTP/1.1' }, 'GET /s HTTP/1.1\r\nconnection: close\r\n\r\n'],
  [
    {
      ...get,
      version: 'HTTP/1.1',
      headers: [
        ['Host', 'h.example'],
        ['User-Agent', 'lab/1'],
      ] as const,
    },
    'GET /s HTTP/1.1\r\nhost: h.example\r\nuser-agent: lab/1\r\nconnection: close\r\n\r\n',
  ],
  [
    { ...get, method: 'POST', version: 'HTTP/1.1', headers: [['Host', 'h']] as const, body: 'a=b&é' },
    'POST /s HTTP/1.1\r\nhost: h\r\ncontent-length: 6\r\nconnection: close\r\n\r\na=b&é',
  ],
  [{ ...get, method: 'POST', body: 'abc' }, 'POST /s HTTP/1.0\r\ncontent-length: 3\r\n\r\nabc'],
  [
    {
      ...get,
      version: 'HTTP/1.1',
      headers: [
        ['Connection', 'keep-alive'],
        ['Content-Length', '9'],
      ] as const,
    },
    'GET /s HTTP/1.1\r\n\r\n',
  ],
])('%j', (request, bytes) => {
  expect(httpCheckRequest(request).toString()).toBe(bytes);
});

it('tells the server its state between the headers and the framing', () => {
  const request = { ...get, version: 'HTTP/1.1', headers: [['Host', 'h']] as const, body: 'x' };
  expect(httpCheckRequest(request, 'UP 1/3; name=be/srv').toString()).toBe(
    'GET /s HTTP/1.1\r\nhost: h\r\nx-haproxy-server-state: UP 1/3; name=be/srv\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx',
  );
});
