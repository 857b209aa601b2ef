import { describe, expect, it } from 'vitest';
import { SpopCheck } from '../../../src/protocols/spop-check.ts';
import { END, talkInEveryWay } from './talk.ts';

const frame = (bytes: string) => `${Buffer.of(0, 0, 0, bytes.length).toString('latin1')}${bytes}`;
const HELLO = '\x65\x00\x00\x00\x01\x00\x00';
const VERSION = '\x07version\x08\x032.0';
const SIZE = '\x0emax-frame-size\x03\xfc\xf0\x06';
const hello = Buffer.from(
  '0000004e0100000001000012737570706f727465642d76657273696f6e730803322e300e6d61782d6672616d652d73697a6503fcf0060c6361706162696c697469657308000b6865616c7468636865636b11',
  'hex',
);

describe('a check of an SPOE agent', () => {
  it('says HELLO', () => {
    expect(new SpopCheck().opened().send).toEqual(hello);
  });

  it.each([
    ['a HELLO', [frame(`${HELLO}${VERSION}${SIZE}`)], "L7OK/0 'SPOA server is ok'"],
    [
      'more than it needs',
      [frame(`${HELLO}${VERSION}${SIZE}\x0ccapabilities\x08\x00\x01x\x11\x01y\x06\x01\x02\x03\x04`)],
      "L7OK/0 'SPOA server is ok'",
    ],
    ['no version', [frame(`${HELLO}${SIZE}`)], "L7RSP/ 'version value not found'"],
    ['no size', [frame(`${HELLO}${VERSION}`)], "L7RSP/ 'max-frame-size value not found'"],
    ['another version', [frame(`${HELLO}\x07version\x08\x031.0`)], "L7RSP/ 'unsupported version'"],
    [
      'a small size',
      [frame(`${HELLO}${VERSION}\x0emax-frame-size\x03\x50`)],
      "L7RSP/ 'max-frame-size too big or too small'",
    ],
    ['a value cut off', [frame(`${HELLO}\x07version\x08\x05`)], "L7RSP/ 'invalid frame received'"],
    ['an endless number', [frame(`${HELLO}\x07version\x03${'\xff'.repeat(40)}`)], "L7RSP/ 'invalid frame received'"],
    ['a number that is none', [frame(`${HELLO}\x07version\x03\x05`)], "L7RSP/ 'invalid frame received'"],
    ['an empty frame', [frame('')], "L7RSP/ 'invalid frame received'"],
    ['a part of a frame', [frame('\x65\x00\x00\x00\x00\x00\x00')], "L7RSP/ 'invalid frame received'"],
    ['a farewell', [frame('\x66\x00\x00\x00\x01\x00\x00\x0bstatus-code\x03\x03')], "L7RSP/ 'frame is too big'"],
    [
      'a farewell for no reason known',
      [frame('\x66\x00\x00\x00\x01\x00\x00\x0bstatus-code\x03\x63')],
      "L7RSP/ 'an unknown error occurred'",
    ],
    ['nothing', [END], "L7RSP/ 'TCPCHK got an empty response at step 2'"],
  ] as const)('meets %s', (_, said, result) => {
    expect(talkInEveryWay(() => new SpopCheck(), [...said])).toEqual({ result, sent: hello.toString('latin1') });
  });
});
