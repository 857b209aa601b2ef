/** Checks a target in one of the dialogues the proxy itself speaks. */
import { checkOnce } from '../health/check-once.ts';
import { type Dialer, nodeDialer } from '../health/dialer.ts';
import type { ConnectionWish, Dialogue } from '../protocols/dialogue.ts';
import { checkText } from '../protocols/server-text.ts';
import { verdictOf } from '../servers/operational-state.ts';
import { Checker } from './checker.ts';
import type { CheckResult, Target } from './target.ts';
import { connectionOptions, type TlsOptions } from './tls-options.ts';

export interface DialogueOptions {
  /** Speaks TLS first: `true` verifies the certificate against the authorities Node carries. Default: no TLS. */
  readonly tls?: TlsOptions | boolean;
}

/** A dialogue of your own, or the ground of the checkers of this library. */
export class DialogueChecker extends Checker {
  readonly #begin: (target: Target) => Dialogue;
  readonly #tls: TlsOptions | boolean | undefined;

  /** `begin` makes a new dialogue for every check. */
  constructor(timeout: number, begin: (target: Target) => Dialogue, options: DialogueOptions = {}) {
    super(timeout);
    this.#begin = begin;
    this.#tls = options.tls;
  }

  protected override async run(target: Target, signal: AbortSignal | undefined): Promise<CheckResult> {
    const family = target.ip.includes(':') ? 'ipv6' : 'ipv4';
    let reason: string | undefined;
    const dialer: Dialer = {
      dial: (to, handler) =>
        nodeDialer.dial(to, {
          connected: () => handler.connected(),
          secured: (protocol) => handler.secured(protocol),
          received: (chunk) => handler.received(chunk),
          ended: () => handler.ended(),
          failed: (failure) => {
            reason = failure.reason;
            handler.failed(failure);
          },
        }),
    };
    const { duration, ...outcome } = await checkOnce({
      dialogue: this.#begin(target),
      timeouts: { connect: undefined, check: undefined, inter: this.timeout },
      target: (wish) => ({
        address: { family, host: target.ip, port: wish?.port ?? target.port },
        tls: connectionOptions(this.#tlsFor(wish), target.ip),
      }),
      dialer,
      signal,
    });
    const { status, code, orders } = outcome;
    // A name that cannot be resolved has no errno, a certificate that is refused more to say than HAProxy does.
    const text = reason !== undefined && (outcome.text === '' || status === 'L6RSP') ? checkText(reason) : outcome.text;
    const found = {
      status,
      ...(code === undefined ? {} : { code }),
      text,
      duration,
      ...(orders === undefined || Object.keys(orders).length === 0 ? {} : { orders }),
    };
    return { target, healthy: this.isHealthy(found), ...found };
  }

  /** What an outcome means. */
  protected isHealthy({ status }: Omit<CheckResult, 'healthy' | 'target'>): boolean {
    return verdictOf(status) !== 'failed';
  }

  #tlsFor(wish: ConnectionWish | undefined): TlsOptions | boolean | undefined {
    const own = this.#tls;
    if (wish === undefined) return own;
    if (wish.tls === false) return false;
    if (wish.tls === undefined && (own === undefined || own === false)) return own;
    const base = typeof own === 'object' ? own : {};
    return {
      ...base,
      ...(wish.sni === undefined ? {} : { serverName: wish.sni }),
      ...(wish.alpn === undefined ? {} : { alpn: wish.alpn }),
    };
  }
}
