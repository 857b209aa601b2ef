/** The rules of a `tcp-check`, and how far each came. */
import type { TcpCheckModel, TcpCheckRule } from '../config/check-model.ts';
import { ruleState } from './progress.ts';
import { readable, readablePattern, readableText } from './readable-bytes.ts';
import { row } from './report-row.ts';

/** Bytes of what is sent or expected that are shown. */
const SHOWN = 80;

/** `ready`: the last connection stood, with TLS where that was wanted. */
export function tcpRuleLines({ rules }: TcpCheckModel, passed: number, status: string, ready: boolean): string[] {
  const width = String(rules.length).length;
  return rules.map((rule, index) => {
    const state = rule.kind === 'comment' ? '' : `: ${stateOf(rule, index, passed, status, ready)}`;
    const comment = 'comment' in rule && rule.kind !== 'comment' ? ` (${readableText(rule.comment ?? '')})` : '';
    return row(index === 0 ? 'rules' : '', `${`${index + 1}`.padStart(width)} ${describe(rule)}${comment}${state}`);
  });
}

function stateOf({ kind }: TcpCheckRule, index: number, passed: number, status: string, ready: boolean): string {
  if (kind === 'expect' || kind === 'expect-lf') return ruleState(index, passed, status, ready);
  if (index < passed) return 'done';
  return index === passed && (kind === 'connect' || ready) ? 'FAILED' : 'not reached';
}

function describe(rule: TcpCheckRule): string {
  switch (rule.kind) {
    case 'connect': {
      const { address, port, portSample, ssl, sni, alpn, sendProxy, viaSocks4 } = rule;
      const words = ['connect'];
      if (address !== undefined) words.push(`addr ${address.host}`);
      if (port !== undefined) words.push(`port ${port}`);
      if (portSample !== undefined) words.push('port (an expression)');
      if (ssl === true) words.push('ssl');
      if (sni !== undefined) words.push(`sni ${readableText(sni)}`);
      if (alpn !== undefined) words.push(`alpn ${alpn.map(readableText).join(',')}`);
      if (sendProxy === true) words.push('send-proxy');
      if (viaSocks4 === true) words.push('via-socks4');
      return words.join(' ');
    }
    case 'send':
      return `send${rule.binary ? '-binary' : ''} "${readable(Buffer.from(rule.data, 'base64'), SHOWN)}"`;
    case 'send-lf':
      return `send${rule.binary ? '-binary' : ''}-lf`;
    case 'expect':
      return `expect ${rule.negate ? '! ' : ''}${rule.type} "${textOf(rule).slice(0, SHOWN)}"`;
    case 'expect-lf':
      return `expect ${rule.negate ? '! ' : ''}${rule.binary ? 'binary' : 'string'}-lf`;
    case 'comment':
      return `comment "${readableText(rule.comment)}"`;
    default:
      return `${rule.kind}(${rule.name})`;
  }
}

function textOf({ type, text }: Extract<TcpCheckRule, { readonly kind: 'expect' }>): string {
  return type === 'string' ? readableText(text) : readablePattern(text);
}
