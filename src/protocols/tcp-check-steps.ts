/** `tcp-check` rules, ready to be run by many checks. */
import { compilePattern } from '../patterns/pattern.ts';
import type { ConnectionWish } from './dialogue.ts';
import { EMPTY_TEXT, type ExpectOutcome, outcomeOf } from './expect-outcome.ts';

/** Where a `connect` rule connects; without `ssl` as the server line says. */
export interface ConnectSource extends Omit<ConnectionWish, 'tls'> {
  readonly ssl?: boolean;
  /** Ends in order, not by RST. */
  readonly linger?: boolean;
  /** Asked when it connects; undefined: as if no port were written. */
  readonly portNow?: () => number | undefined;
}

/** The wish of a `connect` rule. */
export function wishOf(rule: ConnectSource): ConnectionWish {
  const { address, ssl, sni, alpn, sendProxy, viaSocks4, quiet } = rule;
  const port = rule.portNow === undefined ? rule.port : rule.portNow();
  return {
    ...(ssl === undefined ? {} : { tls: ssl }),
    ...(port === undefined ? {} : { port }),
    ...(address === undefined ? {} : { address }),
    ...(sni === undefined ? {} : { sni }),
    ...(alpn === undefined ? {} : { alpn }),
    ...(sendProxy === undefined ? {} : { sendProxy }),
    ...(viaSocks4 === undefined ? {} : { viaSocks4 }),
    ...(quiet === undefined ? {} : { quiet }),
  };
}

/** A rule as the configuration gives it. */
export type TcpCheckSource =
  | (ConnectSource & { readonly kind: 'connect'; readonly comment?: string })
  /** `data` is base64 so that it stays printable; `binary` says which keyword wrote it. */
  | { readonly kind: 'send'; readonly data: string; readonly binary: boolean; readonly comment?: string }
  /** One character a byte; hexadecimal digits where `binary`. */
  | { readonly kind: 'send-formed'; readonly text: () => string; readonly binary: boolean; readonly comment?: string }
  | (ExpectOutcome & {
      readonly kind: 'expect-formed';
      readonly negate: boolean;
      /** What must come; hexadecimal digits where `binary`. */
      readonly pattern: () => string;
      readonly binary: boolean;
      readonly minRecv?: number;
      readonly comment?: string;
    })
  /** Something between the rules that says nothing to the server. */
  | { readonly kind: 'action'; readonly run: () => void }
  | (ExpectOutcome & {
      readonly kind: 'expect';
      readonly negate: boolean;
      readonly type: 'string' | 'rstring' | 'binary' | 'rbinary';
      /** string/binary: base64 of the bytes; rstring/rbinary: a source for `compilePattern`. */
      readonly pattern: string;
      /** As written, for messages. */
      readonly text: string;
      readonly minRecv?: number;
      readonly comment?: string;
    })
  | { readonly kind: 'comment'; readonly comment: string };

interface Step {
  readonly comment: string | undefined;
  /** What messages call the step: `connect port 25`, `send`, `expect string 'OK'`. */
  readonly label: string;
}

export interface TcpCheckExpect extends Step {
  readonly outcome: ExpectOutcome;
  readonly kind: 'expect';
  readonly negate: boolean;
  /** Bytes to wait for before judging. */
  readonly minRecv: number | undefined;
  /** How many bytes can match at the least, where that is known. */
  least(): number;
  /** What was expected, as messages about a mismatch quote it. */
  readonly quoted: string;
  /** A text says why it cannot be judged. */
  matches(bytes: Buffer): boolean | string;
}

export type TcpCheckStep =
  | (Step & {
      readonly kind: 'connect';
      readonly connection: () => ConnectionWish;
      /** The connection ends in order whatever becomes of it. */
      readonly orderly: boolean;
      /** Something goes out with the connection. */
      readonly speaks: boolean;
    })
  /** Undefined: what was to be sent cannot be made. */
  | (Step & { readonly kind: 'send'; readonly data: () => Uint8Array | undefined })
  | (Step & { readonly kind: 'action'; readonly run: () => void })
  | TcpCheckExpect
  | (Step & { readonly kind: 'comment' });

export function compileTcpCheck(rules: readonly TcpCheckSource[]): TcpCheckStep[] {
  return rules.map((rule, index) => {
    const quiet = rule.kind === 'connect' && index === lastTalk(rules) && rule.linger !== true;
    return compileStep(quiet ? { ...rule, quiet } : rule);
  });
}

/** The index of the last rule that connects, sends or expects; -1: there is none. */
export function lastTalk(rules: readonly { readonly kind: string }[]): number {
  return rules.findLastIndex(({ kind }) => /^(?:connect|send|expect)/.test(kind));
}

function compileStep(rule: TcpCheckSource): TcpCheckStep {
  if (rule.kind === 'action') return { kind: 'action', run: rule.run, comment: undefined, label: 'action' };
  const { comment } = rule;
  switch (rule.kind) {
    case 'connect': {
      const { port } = rule;
      return {
        kind: 'connect',
        comment,
        orderly: rule.linger === true,
        speaks: rule.sendProxy === true,
        connection: rule.portNow === undefined ? constant(wishOf(rule)) : () => wishOf(rule),
        label: port === undefined ? 'connect' : `connect port ${port}`,
      };
    }
    case 'send':
      return { kind: 'send', comment, data: constant(Buffer.from(rule.data, 'base64')), label: 'send' };
    case 'send-formed': {
      const { text, binary } = rule;
      return { kind: 'send', comment, data: () => bytesOf(text(), binary), label: 'send' };
    }
    case 'expect-formed':
      return compileFormed(rule);
    case 'expect':
      return compileExpect(rule);
    case 'comment':
      return { kind: 'comment', comment, label: 'comment' };
  }
}

const constant =
  <T>(value: T) =>
  () =>
    value;

/** Undefined: these are no hexadecimal digits. */
function bytesOf(text: string, binary: boolean): Buffer | undefined {
  if (!binary) return Buffer.from(text, 'latin1');
  return /^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}

function compileFormed(rule: Extract<TcpCheckSource, { readonly kind: 'expect-formed' }>): TcpCheckExpect {
  const { negate, minRecv, comment, pattern, binary } = rule;
  const what = `log-format ${binary ? 'binary' : 'string'}`;
  return {
    kind: 'expect',
    negate,
    minRecv,
    comment,
    outcome: outcomeOf(rule),
    quoted: `(${what})`,
    label: `expect ${what}`,
    least: () => bytesOf(pattern(), binary)?.length ?? 0,
    matches: (data) => {
      const text = pattern();
      if (text === '') return EMPTY_TEXT;
      const bytes = bytesOf(text, binary);
      return bytes === undefined
        ? 'Failed to parse hexastring resulting of eval of a log-format string'
        : data.includes(bytes);
    },
  };
}

function compileExpect(rule: Extract<TcpCheckSource, { readonly kind: 'expect' }>): TcpCheckExpect {
  const { negate, minRecv, comment, type, pattern, text } = rule;
  const base = { kind: 'expect', negate, minRecv, comment, outcome: outcomeOf(rule) } as const;
  switch (type) {
    case 'string': {
      const bytes = Buffer.from(pattern, 'base64');
      const quoted = `'${text.replaceAll('\r', '\\r').replaceAll('\n', '\\n')}'`;
      return {
        ...base,
        quoted,
        label: `expect string ${quoted}`,
        least: () => bytes.length,
        matches: (data) => data.includes(bytes),
      };
    }
    case 'binary': {
      const bytes = Buffer.from(pattern, 'base64');
      const label = `expect binary '${bytes.toString('hex').toUpperCase()}'`;
      return {
        ...base,
        quoted: '(binary)',
        label,
        least: () => bytes.length,
        matches: (data) => data.includes(bytes),
      };
    }
    case 'rstring': {
      const regex = compilePattern(pattern);
      return {
        ...base,
        quoted: '(regex)',
        label: 'expect regex',
        least: () => 0,
        matches: (data) => regex.matches(data.toString('latin1')),
      };
    }
    case 'rbinary': {
      const regex = compilePattern(pattern);
      const matches = (data: Buffer) => regex.matches(data.toString('hex').toUpperCase());
      return { ...base, quoted: '(binary regex)', label: 'expect binary regex', least: () => 0, matches };
    }
  }
}
