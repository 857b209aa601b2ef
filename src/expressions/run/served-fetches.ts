/** Fetches about who serves, what was kept, and what the server answered: not known when a connection's first rules run. */
import { headerValues } from '../../protocols/header-values.ts';
import { addressBytes } from '../addresses.ts';
import type { HttpAnswer } from './context.ts';
import type { Fetcher, MakeFetcher } from './fetches.ts';
import type { Value } from './value.ts';

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Without arguments. */
const of =
  (pick: Fetcher): MakeFetcher =>
  () =>
    pick;

function ofAnswer(pick: (answer: HttpAnswer) => Value | undefined): Fetcher {
  return (context) => {
    const answer = context.answer?.();
    return answer === undefined ? undefined : pick(answer);
  };
}

/** Values of the headers of a name (all without one); `split`: those that commas part. */
function valuesOf({ headers }: HttpAnswer, name: string, split: boolean): string[] {
  const wanted = name.toLowerCase();
  const lines = headers.filter(([each]) => wanted === '' || each === wanted).map(([, value]) => value);
  return split ? lines.flatMap(headerValues) : lines;
}

/** Occurrences count from 1, or back from -1, the last one; without a number it is the last. */
const header =
  (split: boolean): MakeFetcher =>
  ([name = '', occurrence = '']) => {
    const at = occurrence === '' ? -1 : Number(occurrence);
    return ofAnswer((answer) => valuesOf(answer, name, split).at(at > 0 ? at - 1 : at));
  };

const headerCount =
  (split: boolean): MakeFetcher =>
  ([name = '']) =>
    ofAnswer((answer) => valuesOf(answer, name, split).length);

/** A part of the answer; `length` 0: all there is of it. */
const payload: MakeFetcher = ([from = '0', size = '0']) => {
  const start = Number(from);
  const length = Number(size);
  return (context) => {
    const bytes = context.response?.();
    if (bytes === undefined || start < 0 || length < 0) return undefined;
    const end = length === 0 ? bytes.length : start + length;
    return end > bytes.length || start >= bytes.length ? undefined : latin1(bytes.subarray(start, end));
  };
};

/** A part whose length the bytes themselves say. */
const payloadWithLength: MakeFetcher = ([lengthAt = '0', lengthSize = '0', dataAt = '']) => {
  const at = Number(lengthAt);
  const size = Number(lengthSize);
  return (context) => {
    const bytes = context.response?.();
    if (bytes === undefined || at + size > bytes.length) return undefined;
    let length = 0;
    for (let index = 0; index < size; index++) length = length * 256 + (bytes[at + index] as number);
    const relative = /^[+-]/.test(dataAt);
    const start = dataAt === '' ? at + size : relative ? at + size + Number(dataAt) : Number(dataAt);
    if (start < 0 || length === 0 || start + length > bytes.length) return undefined;
    return latin1(bytes.subarray(start, start + length));
  };
};

const variable: MakeFetcher = ([name = '', otherwise]) => {
  const fallback = otherwise === undefined ? undefined : Buffer.from(otherwise, 'utf8').toString('latin1');
  return ({ variables }) => variables?.get(name) ?? fallback;
};

function address(host: string | undefined): Value | undefined {
  const bytes = host === undefined ? undefined : addressBytes(host);
  return bytes === undefined ? undefined : { bytes };
}

const status = of(ofAnswer(({ code }) => code));
const version = of(ofAnswer((answer) => answer.version));

export const servedFetches: Readonly<Record<string, MakeFetcher>> = {
  var: variable,
  'unique-id': of((context) => context.uniqueId?.()),
  be_id: of(({ backend }) => backend?.id),
  be_name: of(({ backend }) => backend?.name),
  srv_id: of(({ server }) => server?.id),
  srv_name: of(({ server }) => server?.name),
  bc_dst: of(({ serverEnd }) => address(serverEnd?.host)),
  bc_dst_port: of(({ serverEnd }) => serverEnd?.port),
  'res.len': of((context) => context.response?.()?.length),
  'res.payload': payload,
  'res.payload_lv': payloadWithLength,
  payload,
  payload_lv: payloadWithLength,
  status,
  'res.ver': version,
  resp_ver: version,
  'res.hdr': header(true),
  shdr: header(true),
  'res.fhdr': header(false),
  'res.hdr_cnt': headerCount(true),
  shdr_cnt: headerCount(true),
  'res.fhdr_cnt': headerCount(false),
  'res.hdr_names': ([delimiter = '']) =>
    ofAnswer(({ headers }) => headers.map(([name]) => name).join(delimiter === '' ? ',' : delimiter)),
  'res.hdrs': of(ofAnswer(({ headers }) => `${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)),
  'res.body': of(ofAnswer(({ body }) => latin1(body))),
  'res.body_len': of(ofAnswer(({ body }) => body.length)),
  'res.body_size': of(ofAnswer(({ body }) => body.length)),
};
