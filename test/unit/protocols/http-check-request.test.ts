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
  [{ ...get, version: 'HTTP/1.2' }, 'GET /s HTTP/1.1\r\nconnection: close\r\n\r\n'],
  [{ ...get, method: 'TRACE' }, 'TRACE /s HTTP/1.0\r\ncontent-length: 0\r\n\r\n'],
  [{ ...get, uri: 'a', headers: [['Host', 'b']] as const }, 'GET b HTTP/1.0\r\nhost: b\r\n\r\n'],
  [{ ...get, uri: '*', headers: [['Host', 'b']] as const }, 'GET * HTTP/1.0\r\nhost: b\r\n\r\n'],
  [
    { ...get, method: 'CONNECT', uri: 'http://a/p', headers: [['Host', 'b']] as const, body: 'x' },
    'CONNECT http://b/p HTTP/1.0\r\nhost: b\r\ncontent-length: 1\r\n\r\n',
  ],
  [
    { ...get, method: 'HEAD', version: 'HTTP/1.1', body: '' },
    'HEAD /s HTTP/1.1\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n',
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

it.each([
  ['HTTP/1.0', 'foo', ['foo', 'keep-alive']],
  ['HTTP/1.0', 'close', []],
  ['HTTP/1.0', 'Keep-Alive', ['keep-alive']],
  ['HTTP/1.0', 'upgrade', ['upgrade']],
  ['HTTP/1.1', ' foo ', [' foo ']],
  ['HTTP/1.1', 'keep-alive', []],
  ['HTTP/1.1', 'upgrade, close', ['upgrade']],
  ['HTTP/1.1', 'foo, keep-alive,  close , bar', ['foo,bar', 'close']],
])('what %s says of its connection where the rule says %j', (version, value, said) => {
  const bytes = httpCheckRequest({ ...get, version, headers: [['Connection', value]] }).toString();
  expect([...bytes.matchAll(/connection: (.*)\r/g)].map((match) => match[1])).toEqual(said);
});
