/** `option spop-check`: a HELLO of the stream processing protocol must be answered with one (bytes and texts observed on HAProxy 2.6). */

import { BUFFER_SIZE } from './bounded-buffer.ts';
import { CollectingCheck, emptyResponse, verdict } from './collecting-check.ts';
import type { Reply } from './dialogue.ts';

const LENGTH = 4;
const AGENT_HELLO = 101;
const AGENT_DISCONNECT = 102;
/** Type, flags, stream id, frame id. */
const FRAME_HEADER = 7;
const FINAL = 1;
const VERSION = '2.0';
/** A frame must fit one buffer, its length beside it. */
const LARGEST = BUFFER_SIZE - LENGTH;
const SMALLEST = 256;

const INVALID = 'invalid frame received';

/** What the codes of a DISCONNECT mean (specification of the protocol, "Errors"). */
const REASONS: readonly string[] = [
  'normal',
  'I/O error',
  'a timeout occurred',
  'frame is too big',
  INVALID,
  'version value not found',
  'max-frame-size value not found',
  'capabilities value not found',
  'unsupported version',
  'max-frame-size too big or too small',
  'fragmentation not supported',
  'invalid interlaced frames',
  'frame-id not found',
  'resource allocation error',
];

type Scalar = string | number | undefined;

const TYPE_BITS = 0x0f;

/** Low four bits of a value's type. */
const TYPES = {
  null: 0,
  bool: 1,
  int32: 2,
  uint32: 3,
  int64: 4,
  uint64: 5,
  ipv4: 6,
  ipv6: 7,
  text: 8,
  bytes: 9,
} as const;

export class SpopCheck extends CollectingCheck {
  readonly ending = 'reset';

  opened(): Reply {
    return { send: HELLO };
  }

  protected judge(answer: Buffer, last: boolean): Reply | undefined {
    if (answer.length === 0) return last ? verdict('L7RSP', emptyResponse(2)) : undefined;
    if (answer.length < LENGTH) return last ? verdict('L7RSP', INVALID) : undefined;
    const size = answer.readUInt32BE(0);
    if (size > answer.length - LENGTH && !last) return undefined;
    const problem = readAnswer(answer.subarray(LENGTH, LENGTH + size));
    return problem === undefined ? verdict('L7OK', 'SPOA server is ok', 0) : verdict('L7RSP', problem);
  }
}

/** What is wrong with the agent's frame. */
function readAnswer(frame: Buffer): string | undefined {
  const [type] = frame;
  if (type !== AGENT_HELLO && type !== AGENT_DISCONNECT) return INVALID;
  if (frame.length < FRAME_HEADER || frame[5] !== 0 || frame[6] !== 0) return INVALID;
  // Frames in parts are none since HAProxy 3.1, which says so; 2.6 has a text of its own for them.
  if ((frame.readUInt32BE(1) & FINAL) === 0) return INVALID;
  const values = new Map<string, Scalar>();
  const problem = readPairs(frame, FRAME_HEADER, (name, value) => {
    values.set(name, value);
    return type === AGENT_HELLO ? judgeValue(name, value) : undefined;
  });
  if (problem !== undefined) return problem;
  // An agent that turns away says why by a number; the text it may send with it is not looked at.
  if (type === AGENT_DISCONNECT) return REASONS[Number(values.get('status-code') ?? 0)] ?? 'an unknown error occurred';
  if (!values.has('version')) return 'version value not found';
  return values.has('max-frame-size') ? undefined : 'max-frame-size value not found';
}

/** Each value is judged as it is read: what follows a wrong one no longer matters. */
function judgeValue(name: string, value: Scalar): string | undefined {
  if (name === 'version') {
    if (typeof value !== 'string') return INVALID;
    return value.trim() === VERSION ? undefined : 'unsupported version';
  }
  if (name !== 'max-frame-size') return undefined;
  if (typeof value !== 'number') return INVALID;
  return value >= SMALLEST && value <= LARGEST ? undefined : 'max-frame-size too big or too small';
}

/** Hands out names and values until one is refused; a value that is neither text nor a number is undefined. */
function readPairs(
  frame: Buffer,
  from: number,
  take: (name: string, value: Scalar) => string | undefined,
): string | undefined {
  let at = from;
  while (at < frame.length) {
    const name = readText(frame, at);
    const type = name === undefined ? undefined : frame[name.end];
    if (name === undefined || type === undefined) return INVALID;
    const value = readValue(frame, name.end + 1, type & TYPE_BITS);
    if (value === undefined || value.end > frame.length) return INVALID;
    const problem = take(name.text, value.scalar);
    if (problem !== undefined) return problem;
    at = value.end;
  }
  return undefined;
}

function readValue(
  frame: Buffer,
  at: number,
  type: number,
): { readonly scalar: Scalar; readonly end: number } | undefined {
  switch (type) {
    case TYPES.null:
    case TYPES.bool:
      return { scalar: undefined, end: at };
    case TYPES.int32:
    case TYPES.uint32:
    case TYPES.int64:
    case TYPES.uint64: {
      const number = readNumber(frame, at);
      return number && { scalar: number.value, end: number.end };
    }
    case TYPES.ipv4:
      return { scalar: undefined, end: at + 4 };
    case TYPES.ipv6:
      return { scalar: undefined, end: at + 16 };
    default: {
      const text = readText(frame, at);
      return text && { scalar: type === TYPES.text ? text.text : undefined, end: text.end };
    }
  }
}

function readText(frame: Buffer, at: number): { readonly text: string; readonly end: number } | undefined {
  const length = readNumber(frame, at);
  if (length === undefined || length.end + length.value > frame.length) return undefined;
  const end = length.end + length.value;
  return { text: frame.toString('latin1', length.end, end), end };
}

/** Below 240 one byte; from there on the first byte holds four bits of it and each following one seven. */
function readNumber(frame: Buffer, at: number): { readonly value: number; readonly end: number } | undefined {
  const first = frame[at];
  if (first === undefined) return undefined;
  if (first < 240) return { value: first, end: at + 1 };
  let value = first;
  let shift = 4;
  for (let end = at + 1; end < frame.length && shift < 50; end++, shift += 7) {
    const byte = frame[end] as number;
    value += byte * 2 ** shift;
    if (byte < 128) return { value, end: end + 1 };
  }
  return undefined;
}

function numberBytes(value: number): Buffer {
  if (value < 240) return Buffer.of(value);
  const bytes = [(value & 0xff) | 0xf0];
  let rest = Math.floor((value - 240) / 16);
  while (rest >= 128) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor((rest - 128) / 128);
  }
  return Buffer.of(...bytes, rest);
}

function textBytes(text: string): Buffer {
  return Buffer.concat([numberBytes(text.length), Buffer.from(text, 'latin1')]);
}

const HELLO = hello();

/** The last value, `healthcheck`, is a true boolean: its bit stands above the type. */
function hello(): Buffer {
  const body = Buffer.concat([
    Buffer.of(1, 0, 0, 0, FINAL, 0, 0),
    textBytes('supported-versions'),
    Buffer.of(TYPES.text),
    textBytes(VERSION),
    textBytes('max-frame-size'),
    Buffer.of(TYPES.uint32),
    numberBytes(LARGEST),
    textBytes('capabilities'),
    Buffer.of(TYPES.text),
    textBytes(''),
    textBytes('healthcheck'),
    Buffer.of(TYPES.bool | 0x10),
  ]);
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}
