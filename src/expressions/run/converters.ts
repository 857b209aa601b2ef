/** The converters that run: each gives, from its arguments, a function of a value. */
import { addressBytes, maskOf } from '../addresses.ts';
import type { ConverterModel } from '../model.ts';
import { byteConverters } from './byte-converters.ts';
import type { RuleContext } from './context.ts';
import { compileMap } from './maps.ts';
import { lower } from './matching.ts';
import { asAddress, asBoolean, asNumber, asText, type Value } from './value.ts';
import { isVariableName, variableConverters } from './variable-converters.ts';

/** Undefined: the value cannot be converted, and there is no sample. */
export type Converter = (value: Value, context: RuleContext) => Value | undefined;

export type MakeConverter = (args: readonly string[], model: ConverterModel) => Converter | undefined;

const onText =
  (convert: (text: string) => Value | undefined): MakeConverter =>
  () =>
  (value) =>
    convert(asText(value));

const onNumber =
  (convert: (number: number) => Value): MakeConverter =>
  () =>
  (value) => {
    const number = asNumber(value);
    return number === undefined ? undefined : convert(number);
  };

/** With an integer or a variable as argument. */
const arithmetic =
  (calculate: (a: bigint, b: bigint) => bigint): MakeConverter =>
  ([text = '']) => {
    const apply = (value: Value, operand: bigint) => {
      const number = asNumber(value);
      if (number === undefined || !Number.isInteger(number)) return undefined;
      return Number(BigInt.asIntN(64, calculate(BigInt(number), operand)));
    };
    if (isVariableName(text)) {
      return (value, { variables }) => {
        const kept = variables?.get(text);
        const operand = kept === undefined ? undefined : asNumber(kept);
        return operand === undefined ? undefined : apply(value, BigInt(Math.trunc(operand)));
      };
    }
    const operand = BigInt(text === '' ? 0 : text);
    return (value) => apply(value, operand);
  };

const MAX = 2n ** 63n - 1n;

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

/** `field` and `word`: a part between delimiters, counted from 1, or from the end with -1; `count` parts, 0 all that follow. */
const parts =
  (skipEmpty: boolean): MakeConverter =>
  ([index = '0', delimiterText = '', countText = '']) => {
    const delimiters = latin1(delimiterText);
    const at = Number(index);
    const count = countText === '' ? 1 : Number(countText);
    return (value) => {
      const pieces = pieceRanges(asText(value), delimiters, skipEmpty);
      if (at === 0) return undefined;
      const first = at > 0 ? at - 1 : pieces.length + at;
      // From the end, the parts before the one meant are taken too.
      const last = count === 0 ? (at > 0 ? pieces.length - 1 : 0) : at > 0 ? first + count - 1 : first - count + 1;
      const [from, to] = at > 0 ? [first, Math.min(last, pieces.length - 1)] : [Math.max(0, last), first];
      const start = pieces[from];
      const end = pieces[to];
      if (start === undefined || end === undefined) return skipEmpty ? '' : undefined;
      return asText(value).slice(start[0], end[1]);
    };
  };

function pieceRanges(text: string, delimiters: string, skipEmpty: boolean): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !delimiters.includes(text[at] as string)) continue;
    if (!skipEmpty || at > start) found.push([start, at]);
    start = at + 1;
  }
  return found;
}

const trim =
  (left: boolean): MakeConverter =>
  ([text = '']) => {
    const characters = latin1(text);
    return (value) => {
      const whole = asText(value);
      let from = 0;
      let to = whole.length;
      if (left) while (from < to && characters.includes(whole[from] as string)) from++;
      else while (to > from && characters.includes(whole[to - 1] as string)) to--;
      return whole.slice(from, to);
    };
  };

const ipmask: MakeConverter = ([four = '', six = '']) => {
  const masks = { 4: maskBytes(four, 4), 16: six === '' ? undefined : maskBytes(six, 16) };
  return (value) => {
    const address = asAddress(value, addressBytes);
    if (address === undefined) return undefined;
    const mask = masks[address.bytes.length as 4 | 16];
    return mask && { bytes: address.bytes.map((byte, at) => byte & (mask[at] as number)) };
  };
};

function maskBytes(text: string, length: 4 | 16): readonly number[] | undefined {
  return /^\d+$/.test(text) ? maskOf(Number(text), length) : addressBytes(text);
}

export const converterRunners: Readonly<Record<string, MakeConverter>> = {
  lower: onText(lower),
  upper: onText((text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
  length: onText((text) => text.length),
  reverse: onText((text) => [...text].reverse().join('')),
  reverse_dom: onText((text) => text.split('.').reverse().join('.')),
  field: parts(false),
  word: parts(true),
  ltrim: trim(true),
  rtrim: trim(false),
  iif:
    ([yes = '', no = '']) =>
    (value) =>
      latin1(asBoolean(value) ? yes : no),
  not: () => (value) => !asBoolean(value),
  bool: () => (value) => asBoolean(value),
  neg: onNumber((number) => (number === 0 ? 0 : -number)),
  even: onNumber((number) => number % 2 === 0),
  odd: onNumber((number) => number % 2 !== 0),
  add: arithmetic((a, b) => clamp(a + b)),
  sub: arithmetic((a, b) => clamp(a - b)),
  mul: arithmetic((a, b) => clamp(a * b)),
  div: arithmetic((a, b) => (b === 0n ? MAX : a / b)),
  mod: arithmetic((a, b) => (b === 0n ? 0n : a % b)),
  and: arithmetic((a, b) => a & b),
  or: arithmetic((a, b) => a | b),
  xor: arithmetic((a, b) => a ^ b),
  ipmask,
  ...byteConverters,
  ...variableConverters,
  ...Object.fromEntries(
    ['', '_str', '_beg', '_end', '_sub', '_dir', '_dom', '_reg', '_ip', '_int'].map((suffix) => [
      `map${suffix}`,
      (args: readonly string[], model: ConverterModel) =>
        compileMap(suffix.slice(1) || 'str', model.map ?? [], args[1]),
    ]),
  ),
};

function clamp(value: bigint): bigint {
  return value > MAX ? MAX : value < -MAX - 1n ? -MAX - 1n : value;
}
