/** HPACK against the examples of RFC 7541, and against what Node's own implementation writes. */
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { decodeFields, encodeFields } from '../../../src/protocols/hpack.ts';

const decode = (hex: string) => decodeFields(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('HPACK', () => {
  it.each([
    // RFC 7541, C.2.1, C.2.2, C.2.4, C.4.1 and C.6.1.
    ['400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', [['custom-key', 'custom-header']]],
    ['040c 2f73 616d 706c 652f 7061 7468', [[':path', '/sample/path']]],
    ['82', [[':method', 'GET']]],
    [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      [
        [':method', 'GET'],
        [':scheme', 'http'],
        [':path', '/'],
        [':authority', 'www.example.com'],
      ],
    ],
    [
      '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
      [
        [':status', '302'],
        ['cache-control', 'private'],
        ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
        ['location', 'https://www.example.com'],
      ],
    ],
    // What was kept is named again.
    [
      '40 01 61 01 62 40 01 63 01 64 be bf',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['c', 'd'],
        ['a', 'b'],
      ],
    ],
    // A table of no bytes keeps nothing.
    ['20 40 01 61 01 62', [['a', 'b']]],
    ['', []],
  ])('reads %s', (hex, fields) => {
    expect(decode(hex)).toEqual(fields);
  });

  it.each([
    ['index 0', '80'],
    ['an index that stands for nothing', 'be'],
    ['what the table had no room for', '20 40 01 61 01 62 be'],
    ['a table larger than was allowed', '3f e2 1f'],
    ['a change of the table behind a field', '82 20'],
    ['an endless number', 'ff ff ff ff ff ff ff 00'],
    ['a number cut off', 'ff'],
    ['a text cut off', '00 03 61'],
    ['a name without a value', '00 01 61'],
    ['padding of 8 bits', '00 01 61 82 1f ff'],
    ['padding of zeros', '00 01 61 81 18'],
    ['the mark for the end in a text', '00 01 61 84 ff ff ff ff'],
  ])('refuses %s', (_, hex) => {
    expect(decode(hex)).toBeUndefined();
  });

  it('refuses a small block that stands for more than a check looks at', () => {
    const large = Buffer.concat([Buffer.from('400161', 'hex'), Buffer.from('7fa11e', 'hex'), Buffer.alloc(4000, 'x')]);
    expect(decodeFields(large)?.[0]?.[1]).toHaveLength(4000);
    expect(decodeFields(Buffer.concat([large, Buffer.alloc(10_000, 0xbe)]))).toBeUndefined();
  });

  it.each([0, 1, 126, 127, 128, 254, 255, 256, 9000])('reads its own text of %i bytes', (length) => {
    const fields = [['x-a', 'v'.repeat(length)]] as const;
    expect(decodeFields(encodeFields(fields))).toEqual(fields);
  });

  it('reads every visible byte as Node packs it', async () => {
    let every = '';
    for (let byte = 0x21; byte <= 0xff; byte++) if (byte !== 0x7f) every += String.fromCharCode(byte);
    // Packed only where that makes it shorter: short codes beside the long ones see to it.
    const values = [...every].map((character) => `aaaaaaaaaa${character}eeeeeeeeee`);
    const block = await headersByNode(Object.fromEntries(values.map((value, index) => [`x-${index}`, value])));
    const fields = decodeFields(block)?.filter(([name]) => name.startsWith('x-'));
    expect(fields).toEqual(values.map((value, index) => [`x-${index}`, value]));
    // Unpacked, each would be its value, its name and three bytes.
    expect(block.length).toBeLessThan(values.reduce((sum, value) => sum + value.length + 6, 0));
  });
});

/** The header block of a request of node:http2. */
async function headersByNode(headers: Record<string, string>): Promise<Buffer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  session.on('error', () => {});
  const stream = session.request({ ':path': '/', ...headers });
  stream.on('error', () => {});
  const [socket] = await accepted;
  socket.on('error', () => {});
  try {
    let bytes = Buffer.alloc(0);
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      for (let at = 24; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
        const end = at + 9 + bytes.readUIntBE(at, 3);
        // Behind the head of HEADERS: no padding, but a priority.
        const skip = ((bytes[at + 4] ?? 0) & 0x20) === 0 ? 0 : 5;
        if (bytes[at + 3] === 1 && bytes.length >= end) return bytes.subarray(at + 9 + skip, end);
      }
    }
    throw new Error('no HEADERS');
  } finally {
    session.destroy();
    socket.destroy();
    server.close();
  }
}
