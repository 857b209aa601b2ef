/** `option tcp-check` with rules: connect, send and expect, one after the other. */
import { TcpCheck } from '../protocols/tcp-check.ts';
import { compileTcpCheck, type TcpCheckSource } from '../protocols/tcp-check-steps.ts';
import { DialogueChecker, type DialogueOptions } from './dialogue-checker.ts';

export type SequenceStep =
  /** Opens a connection, and closes the one before: to the target's port unless another is named. */
  | {
      readonly connect: { readonly port?: number; readonly tls?: boolean; readonly sni?: string };
      readonly comment?: string;
    }
  | { readonly send: string | Uint8Array; readonly comment?: string }
  | {
      /** Bytes that must come, or an expression without flags that what came must match, one character a byte. */
      readonly expect: string | Uint8Array | RegExp;
      /** It must not come. */
      readonly not?: boolean;
      /** Bytes to wait for before judging. */
      readonly minRecv?: number;
      readonly comment?: string;
    };

export class SequenceChecker extends DialogueChecker {
  /** Throws TypeError for a step that is none. */
  constructor(timeout: number, sequence: readonly SequenceStep[], options: DialogueOptions = {}) {
    const steps = compileTcpCheck(sequence.map(ruleOf));
    super(timeout, () => new TcpCheck(steps), options);
  }
}

function ruleOf(step: SequenceStep): TcpCheckSource {
  const comment = step.comment === undefined ? {} : { comment: step.comment };
  if ('connect' in step) {
    const { tls = false, ...where } = step.connect;
    return { kind: 'connect', ssl: tls, ...where, ...comment };
  }
  if ('send' in step) {
    const binary = typeof step.send !== 'string';
    return { kind: 'send', data: Buffer.from(step.send as string).toString('base64'), binary, ...comment };
  }
  if (!('expect' in step)) throw new TypeError('a step of a sequence has one of connect, send and expect');
  const { expect, not = false, minRecv } = step;
  const base = { kind: 'expect', negate: not, ...(minRecv === undefined ? {} : { minRecv }), ...comment } as const;
  if (expect instanceof RegExp) {
    if (expect.flags !== '') throw new TypeError(`an expression of a sequence has no flags: ${expect}`);
    return { ...base, type: 'rstring', pattern: expect.source, text: expect.source };
  }
  const pattern = Buffer.from(expect as string).toString('base64');
  if (typeof expect === 'string') return { ...base, type: 'string', pattern, text: expect };
  return { ...base, type: 'binary', pattern, text: Buffer.from(expect).toString('hex') };
}
