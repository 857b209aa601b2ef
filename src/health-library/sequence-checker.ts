/** `option tcp-check` with rules: connect, send and expect, one after the other. */
import { TcpCheck } from '../protocols/tcp-check.ts';
import { compileTcpCheck, type TcpCheckSource } from '../protocols/tcp-check-steps.ts';
import { list, notOfKind, optionalFlag, optionalText, record, wholeNumber } from './arguments.ts';
import { type ConnectStep, wishOfStep } from './connect-step.ts';
import { DialogueChecker, type DialogueOptions } from './dialogue-checker.ts';
import { type ExpectationOutcome, outcomeSource } from './expectation-outcome.ts';
import { sourceOfExpression } from './http-request.ts';

export type SequenceStep =
  /** Opens a connection, and closes the one before: to the target's port, and as the options say, but for what is named here. */
  | { readonly connect: ConnectStep; readonly comment?: string | undefined }
  | { readonly send: string | Uint8Array; readonly comment?: string | undefined }
  | (ExpectationOutcome & {
      /** Bytes that must come, or an expression without flags that what came must match, one character a byte. */
      readonly expect: string | Uint8Array | RegExp;
      /** It must not come. */
      readonly not?: boolean | undefined;
      /** Bytes to wait for before judging. */
      readonly minRecv?: number | undefined;
      readonly comment?: string | undefined;
    });

const KINDS = ['connect', 'send', 'expect'] as const;

export class SequenceChecker extends DialogueChecker {
  /** Throws TypeError or RangeError for a step that is none. */
  constructor(timeout: number, sequence: readonly SequenceStep[], options: DialogueOptions = {}) {
    const steps = compileTcpCheck(list('sequence', sequence).map(ruleOf));
    super(timeout, () => new TcpCheck(steps), options);
  }
}

function ruleOf(step: SequenceStep, index: number): TcpCheckSource {
  const at = `sequence[${index}]`;
  const kinds = KINDS.filter((kind) => kind in record(at, step));
  if (kinds.length !== 1) throw new TypeError(`${at} must have exactly one of ${KINDS.join(', ')}`);
  const remark = optionalText(`${at}.comment`, step.comment);
  const comment = remark === undefined ? {} : { comment: remark };
  if ('connect' in step) {
    const { tls, ...where } = wishOfStep(step.connect, `${at}.connect`);
    return { kind: 'connect', ...(tls === undefined ? {} : { ssl: tls }), ...where, ...comment };
  }
  if ('send' in step) {
    const data = bytesOf(step.send, `${at}.send`).toString('base64');
    return { kind: 'send', data, binary: typeof step.send !== 'string', ...comment };
  }
  const { expect, not, minRecv } = step;
  const base = {
    ...outcomeSource(step, at),
    kind: 'expect',
    negate: optionalFlag(`${at}.not`, not) ?? false,
    ...(minRecv === undefined ? {} : { minRecv: wholeNumber(`${at}.minRecv`, minRecv, 0) }),
    ...comment,
  } as const;
  if (expect instanceof RegExp) {
    const source = sourceOfExpression(expect, `${at}.expect`);
    return { ...base, type: 'rstring', pattern: source, text: source };
  }
  const bytes = bytesOf(expect, `${at}.expect`);
  const pattern = bytes.toString('base64');
  if (typeof expect === 'string') return { ...base, type: 'string', pattern, text: expect };
  return { ...base, type: 'binary', pattern, text: bytes.toString('hex') };
}

/** Empty ones say nothing, and come always. */
function bytesOf(value: string | Uint8Array, at: string): Buffer {
  const fits = typeof value === 'string' || value instanceof Uint8Array;
  if (!fits || value.length === 0) throw notOfKind(at, 'a string or bytes, and not empty', value);
  return Buffer.from(value as string);
}
