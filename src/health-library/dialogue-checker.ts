/** Checks a target in one of the dialogues the proxy itself speaks. */
import { isIP } from 'node:net';
import { checkOnce } from '../health/check-once.ts';
import type { Dialer, DialFailure, DialTarget } from '../health/dialer.ts';
import { failureReason } from '../health/errors.ts';
import { nodeDialer } from '../health/node-dialer.ts';
import type { ConnectionWish, Dialogue } from '../protocols/dialogue.ts';
import { checkText } from '../protocols/server-text.ts';
import { verdictOf } from '../servers/operational-state.ts';
import { ofKind, optionalFlag, record } from './arguments.ts';
import { Checker } from './checker.ts';
import { guardedDialogue } from './guarded-dialogue.ts';
import { type CheckResult, hostOf, type Target } from './target.ts';
import { type TlsClient, type TlsOptions, tlsClient } from './tls-options.ts';

export interface DialogueOptions {
  /** Speaks TLS first: `true` verifies the certificate against the authorities Node carries. Default: no TLS. */
  readonly tls?: TlsOptions | boolean | undefined;
  /** Says first who we are, in a PROXY header of version 1. */
  readonly sendProxy?: boolean | undefined;
}

type Outcome = Omit<CheckResult, 'healthy' | 'target'>;

/** A dialogue of your own, or the ground of the checkers of this library. */
export class DialogueChecker extends Checker {
  readonly #begin: (target: Target) => Dialogue;
  readonly #tls: TlsClient | undefined;
  /** For connections of a dialogue that asks for TLS itself. */
  #otherTls: TlsClient | undefined;
  readonly #sendProxy: boolean;

  /** `begin` makes a new dialogue for every check; what it or the dialogue throws is what `check` rejects with. */
  constructor(timeout: number, begin: (target: Target) => Dialogue, options: DialogueOptions = {}) {
    super(timeout);
    const { tls, sendProxy } = record('options', options);
    ofKind('begin', 'a function that makes a dialogue', begin, (each) => typeof each === 'function');
    ofKind(
      'tls',
      'true, false or an object',
      tls,
      (each) => each === undefined || /^(?:boolean|object)$/.test(typeof each),
    );
    this.#begin = begin;
    this.#tls = tlsClient(tls);
    this.#sendProxy = optionalFlag('sendProxy', sendProxy) ?? false;
  }

  protected override async run(target: Target, signal: AbortSignal | undefined): Promise<CheckResult> {
    let failure: DialFailure | undefined;
    const dialer: Dialer = {
      dial: (to, handler) =>
        nodeDialer.dial(to, {
          ...handler,
          failed: (failed) => {
            failure = failed;
            handler.failed(failed);
          },
        }),
    };
    const end = new AbortController();
    const passOn = () => end.abort(signal?.reason);
    signal?.addEventListener('abort', passOn, { once: true });
    try {
      const { duration, ...outcome } = await checkOnce({
        dialogue: guardedDialogue(this.#begin(target), (error) => end.abort(error)),
        timeouts: { connect: undefined, check: undefined, inter: this.timeout },
        target: (wish) => this.#destination(target, wish),
        dialer,
        signal: end.signal,
      });
      const { status, code, orders } = outcome;
      const found: Outcome = {
        status,
        ...(code === undefined ? {} : { code }),
        text: failure === undefined ? outcome.text : failureText(outcome, failure),
        duration,
        ...(orders === undefined || Object.keys(orders).length === 0 ? {} : { orders }),
      };
      return { target, healthy: this.isHealthy(found), ...found };
    } finally {
      signal?.removeEventListener('abort', passOn);
    }
  }

  /** What an outcome means. */
  protected isHealthy({ status }: Omit<CheckResult, 'healthy' | 'target'>): boolean {
    return verdictOf(status) !== 'failed';
  }

  /** Nothing will be said on a plain connection: the server's program need not notice it. */
  protected get quiet(): boolean {
    return false;
  }

  /** Where a connection goes: to the target, but for what the dialogue wants otherwise. */
  #destination(target: Target, wish: ConnectionWish = {}): DialTarget {
    const host = hostOf(target);
    const base = wish.address ?? { family: host.includes(':') ? 'ipv6' : 'ipv4', host, port: 0 };
    const port = wish.port ?? (base.port === 0 ? target.port : base.port);
    const sendProxy = wish.sendProxy ?? this.#sendProxy;
    return {
      address: { ...base, port },
      tls: this.#tlsFor(wish)?.connectionOptions(base.host, wish),
      ...(sendProxy ? { sendProxy } : {}),
      ...(this.quiet && !sendProxy && isIP(base.host) !== 0 ? { quiet: true } : {}),
    };
  }

  #tlsFor({ tls }: ConnectionWish): TlsClient | undefined {
    if (tls === false) return undefined;
    if (tls === true && this.#tls === undefined) this.#otherTls ??= tlsClient(true);
    return this.#tls ?? (tls === true ? this.#otherTls : undefined);
  }
}

/** A name that cannot be resolved has no errno, a certificate that is refused more to say than HAProxy does. */
function failureText({ status, text }: Pick<CheckResult, 'status' | 'text'>, { code, reason }: DialFailure): string {
  if (status === 'L6RSP') return checkText(failureReason(code, reason) || text);
  return text === '' ? checkText(reason ?? '') : text;
}
