import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readClientHello } from '../../../src/protocols/tls-client-hello.ts';

/** What Node's own TLS client says first. */
function helloOf(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        resolve(chunk);
        done();
      },
    });
    const socket = connect({ ...options, socket: wire, rejectUnauthorized: false });
    socket.on('error', () => {});
    socket.once('close', () => wire.destroy());
  });
}

/** The same message spread over records of `size` bytes of payload. */
function inRecords(hello: Buffer, size: number): Buffer {
  const payload = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const part = payload.subarray(at, at + size);
    records.push(Buffer.from([0x16, 3, 1, part.length >> 8, part.length & 0xff]), part);
  }
  return Buffer.concat(records);
}

const named = await helloOf({ servername: 'shop.example', ALPNProtocols: ['h2', 'http/1.1'] });
const bare = await helloOf({ maxVersion: 'TLSv1.2' });

describe('a ClientHello', () => {
  it('names its server and its protocols', () => {
    expect(readClientHello(named)).toMatchObject({
      kind: 'hello',
      version: 0x0303,
      serverName: 'shop.example',
      alpn: 'h2,http/1.1',
      hasCurves: true,
    });
  });

  it('may do without', () => {
    expect(readClientHello(bare)).toMatchObject({ kind: 'hello', serverName: undefined, alpn: undefined });
  });

  it('is incomplete until its last byte, wherever it is split, and what follows does not matter', () => {
    for (let length = 0; length < named.length; length++) {
      expect(readClientHello(named.subarray(0, length)), `${length} bytes`).toEqual({ kind: 'incomplete' });
    }
    const whole = readClientHello(named);
    expect(readClientHello(Buffer.concat([named, Buffer.from('rest')]))).toEqual(whole);
  });

  it('may be spread over several records', () => {
    for (const size of [1, 3, 4, 5, 100]) {
      const spread = inRecords(named, size);
      expect(readClientHello(spread), `${size} a record`).toEqual(readClientHello(named));
      for (let length = 0; length < spread.length; length += 7) {
        expect(readClientHello(spread.subarray(0, length)).kind).toBe('incomplete');
      }
    }
  });
});

describe('what is no ClientHello', () => {
  it.each([
    ['plain text', 'GET / HTTP/1.0\r\n\r\n'],
    ['one byte of it', 'G'],
    ['SSH', 'SSH-2.0-x\r\n'],
    ['a PROXY header', 'PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n'],
    ['another record type', '\x17\x03\x03\x00\x05hello'],
    ['another version', '\x16\x04\x00\x00\x05hello'],
    ['an empty record', '\x16\x03\x01\x00\x00'],
    ['a record that is too long', '\x16\x03\x01\x40\x01'],
    ['a ServerHello', '\x16\x03\x01\x00\x04\x02\x00\x00\x00'],
    ['a message of 16 MB', '\x16\x03\x01\x00\x04\x01\xff\xff\xff'],
    ['a hello with nothing in it', '\x16\x03\x01\x00\x04\x01\x00\x00\x00'],
  ])('%s', (_, text) => {
    expect(readClientHello(Buffer.from(text, 'latin1'))).toEqual({ kind: 'other' });
  });

  it('never throws, whichever bytes are changed or missing inside', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed % below;
    };
    for (let round = 0; round < 20_000; round++) {
      const damaged = Buffer.from(round % 2 === 0 ? named : inRecords(named, 50));
      for (let count = 1 + random(4); count > 0; count--) damaged[random(damaged.length)] = random(256);
      const read = readClientHello(damaged.subarray(0, random(damaged.length + 1)));
      expect(['incomplete', 'other', 'hello']).toContain(read.kind);
    }
  });
});
