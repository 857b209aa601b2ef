/** Converters between bytes, numbers and their encodings. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { MakeConverter } from './converters.ts';
import { asBytes, asText, type Value } from './value.ts';

const onBytes =
  (convert: (bytes: Buffer) => Value | undefined): MakeConverter =>
  () =>
  (value) =>
    convert(asBytes(value));

/** Characters that `url_enc` leaves as they are: the unreserved ones of RFC 3986. */
const UNRESERVED = /[A-Za-z0-9._~-]/;

/** A part of the bytes; both ends may be left to what there is. Variables as arguments are not built. */
const part: MakeConverter = ([from = '', count = '']) => {
  if (!/^\d+$/.test(from) || !/^\d*$/.test(count)) return undefined;
  const start = Number(from);
  return (value) => {
    const bytes = asBytes(value);
    if (start > bytes.length) return '';
    return bytes.toString('latin1', start, count === '' ? bytes.length : start + Number(count));
  };
};

const hash =
  (name: string): MakeConverter =>
  () =>
  (value) =>
    createHash(name).update(asBytes(value)).digest().toString('latin1');

/** The integer a text begins with in hexadecimal. */
const hexadecimal: MakeConverter = () => (value) => {
  const digits = /^[0-9a-fA-F]*/.exec(asText(value))?.[0] ?? '';
  return digits === '' ? 0 : Number(BigInt.asIntN(64, BigInt(`0x${digits}`)));
};

export const byteConverters: Readonly<Record<string, MakeConverter>> = {
  hex: onBytes((bytes) => bytes.toString('hex').toUpperCase()),
  hex2i: hexadecimal,
  base64: onBytes((bytes) => bytes.toString('base64')),
  b64dec: onBytes(
    (bytes) => bytes.toString('latin1') && Buffer.from(bytes.toString('latin1'), 'base64').toString('latin1'),
  ),
  bytes: part,
  sha1: hash('sha1'),
  sha2: ([bits = '256']) => hash(`sha${bits === '' ? '256' : bits}`)([], { name: 'sha2', args: [] }),
  crc32: ([avalanche = '']) => (avalanche === '' || avalanche === '0' ? (value) => crc32(asBytes(value)) : undefined),
  url_enc: () => (value) =>
    [...asText(value)]
      .map((char) =>
        UNRESERVED.test(char) ? char : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
      )
      .join(''),
  url_dec: () => (value) =>
    asText(value).replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    ),
};
