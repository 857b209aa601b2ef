/** `tcp-check` rules, ready to be run by many checks. */
import type { ConnectionWish } from './dialogue.ts';
import { type ExpectOutcome, outcomeOf } from './expect-outcome.ts';

/** Where a `connect` rule connects; without `ssl` as the server line says. */
export interface ConnectSource extends Omit<ConnectionWish, 'tls'> {
  readonly ssl?: boolean;
}

/** The wish of a `connect` rule. */
export function wishOf(rule: ConnectSource): ConnectionWish {
  const { port, address, ssl, sni, alpn, sendProxy } = rule;
  return {
    ...(ssl === undefined ? {} : { tls: ssl }),
    ...(port === undefined ? {} : { port }),
    ...(address === undefined ? {} : { address }),
    ...(sni === undefined ? {} : { sni }),
    ...(alpn === undefined ? {} : { alpn }),
    ...(sendProxy === undefined ? {} : { sendProxy }),
  };
}

/** A rule as the configuration gives it. */
export type TcpCheckSource =
  | (ConnectSource & { readonly kind: 'connect'; readonly comment?: string })
  /** `data` is base64 so that it stays printable; `binary` says which keyword wrote it. */
  | { readonly kind: 'send'; readonly data: string; readonly binary: boolean; readonly comment?: string }
  | (ExpectOutcome & {
      readonly kind: 'expect';
      readonly negate: boolean;
      readonly type: 'string' | 'rstring' | 'binary' | 'rbinary';
      /** string/binary: base64 of the bytes; rstring/rbinary: the regex source. */
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
  /** What was expected, as messages about a mismatch quote it. */
  readonly quoted: string;
  matches(bytes: Buffer): boolean;
}

export type TcpCheckStep =
  | (Step & { readonly kind: 'connect'; readonly connection: ConnectionWish })
  | (Step & { readonly kind: 'send'; readonly data: Uint8Array })
  | TcpCheckExpect
  | (Step & { readonly kind: 'comment' });

export function compileTcpCheck(rules: readonly TcpCheckSource[]): TcpCheckStep[] {
  return rules.map(compileStep);
}

function compileStep(rule: TcpCheckSource): TcpCheckStep {
  const { comment } = rule;
  switch (rule.kind) {
    case 'connect': {
      const { port } = rule;
      return {
        kind: 'connect',
        comment,
        connection: wishOf(rule),
        label: port === undefined ? 'connect' : `connect port ${port}`,
      };
    }
    case 'send':
      return { kind: 'send', comment, data: Buffer.from(rule.data, 'base64'), label: 'send' };
    case 'expect':
      return compileExpect(rule);
    case 'comment':
      return { kind: 'comment', comment, label: 'comment' };
  }
}

function compileExpect(rule: Extract<TcpCheckSource, { readonly kind: 'expect' }>): TcpCheckExpect {
  const { negate, minRecv, comment, type, pattern, text } = rule;
  const base = { kind: 'expect', negate, minRecv, comment, outcome: outcomeOf(rule) } as const;
  switch (type) {
    case 'string': {
      const bytes = Buffer.from(pattern, 'base64');
      const quoted = `'${text.replaceAll('\r', '\\r').replaceAll('\n', '\\n')}'`;
      return { ...base, quoted, label: `expect string ${quoted}`, matches: (data) => data.includes(bytes) };
    }
    case 'binary': {
      const bytes = Buffer.from(pattern, 'base64');
      const label = `expect binary '${bytes.toString('hex').toUpperCase()}'`;
      return { ...base, quoted: '(binary)', label, matches: (data) => data.includes(bytes) };
    }
    case 'rstring': {
      const regex = new RegExp(pattern);
      return {
        ...base,
        quoted: '(regex)',
        label: 'expect regex',
        matches: (data) => regex.test(data.toString('latin1')),
      };
    }
    case 'rbinary': {
      const regex = new RegExp(pattern);
      const matches = (data: Buffer) => regex.test(data.toString('hex').toUpperCase());
      return { ...base, quoted: '(binary regex)', label: 'expect binary regex', matches };
    }
  }
}
