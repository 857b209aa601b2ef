/** Asks a target over HTTP/1.1 whether it is well; redirections are not followed, and of the answer only the head is read. */
import { isIPv6 } from 'node:net';
import { Client } from 'undici';
import { connectFailure, failureReason, systemText } from '../health/errors.ts';
import { busyTime, TimeLimit } from '../health/time-limit.ts';
import { checkText } from '../protocols/server-text.ts';
import { systemClock, systemTimers } from '../servers/clock.ts';
import type { CheckStatus } from '../servers/server-record.ts';
import { optionalFlag, optionalText, record } from './arguments.ts';
import { Checker } from './checker.ts';
import { type ExpectedStatus, statusTest, successOrRedirection } from './expected-status.ts';
import { HttpConnector, type Stage } from './http-connector.ts';
import { type CheckResult, hostOf, pathFlaw, pathOf, type Target } from './target.ts';
import { TlsClient } from './tls-options.ts';

export interface HttpOptions {
  /** What is asked for, instead of the target's `healthCheckPath`. */
  readonly uri?: string | undefined;
  /** A status (`200`) or a class (`2`, `'2xx'`); default 200. */
  readonly expectStatus?: ExpectedStatus | undefined;
  /** Asks over TLS. */
  readonly https?: boolean | undefined;
  /** Any certificate will do. */
  readonly tlsSkipVerify?: boolean | undefined;
}

interface Outcome {
  readonly status: CheckStatus;
  readonly code?: number;
  readonly text: string;
}

export class HttpChecker extends Checker {
  readonly #uri: string | undefined;
  readonly #tls: TlsClient | undefined;
  readonly #passes: (status: number) => boolean;

  /** Without `options` any 2xx and 3xx is healthy, with them `expectStatus`. Throws TypeError or RangeError for wrong values. */
  constructor(timeout: number, options?: HttpOptions) {
    super(timeout);
    const {
      uri,
      expectStatus = 200,
      https,
      tlsSkipVerify,
    } = options === undefined ? ({} as HttpOptions) : record('options', options);
    const flaw = pathFlaw('uri', optionalText('uri', uri));
    if (flaw !== undefined) throw new TypeError(flaw);
    this.#uri = uri;
    const skipVerify = optionalFlag('tlsSkipVerify', tlsSkipVerify);
    this.#tls = optionalFlag('https', https) === true ? new TlsClient({ skipVerify }) : undefined;
    this.#passes = options === undefined ? successOrRedirection : statusTest(expectStatus);
  }

  protected override flawOf({ healthCheckPath }: Target): string | undefined {
    return this.#uri === undefined ? pathFlaw("the target's healthCheckPath", healthCheckPath) : undefined;
  }

  protected override async run(target: Target, signal: AbortSignal | undefined): Promise<CheckResult> {
    const startedAt = performance.now();
    const outcome = await this.#ask(target, signal);
    const duration = Math.round(performance.now() - startedAt);
    return { target, healthy: outcome.status === 'L7OK', ...outcome, duration };
  }

  async #ask(target: Target, signal: AbortSignal | undefined): Promise<Outcome> {
    const host = hostOf(target);
    const { port } = target;
    const secure = this.#tls !== undefined;
    const connector = new HttpConnector({ host, port }, this.#tls?.connectionOptions(host));
    const end = new AbortController();
    const giveUp = () => {
      end.abort();
      connector.release();
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    const limit = new TimeLimit({ clock: systemClock, timers: systemTimers, busy: busyTime, passed: giveUp });
    limit.arm(this.timeout);
    let client: Client | undefined;
    try {
      // The connection is ours, and so is Host: not every name and address that can be reached makes a URL. The limit above is
      // the only one: undici's own clocks are off.
      client = new Client(`http${secure ? 's' : ''}://target`, {
        connect: connector.connect,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const answer = await client.request({
        method: 'GET',
        path: pathOf(this.#uri ?? target.healthCheckPath),
        headers: { host: authority(host, port, secure), accept: '*/*', 'user-agent': 'hapax' },
        reset: true,
        signal: end.signal,
      });
      answer.body.on('error', () => {}).destroy();
      const { statusCode: code, statusText } = answer;
      return { status: this.#passes(code) ? 'L7OK' : 'L7STS', code, text: checkText(statusText) };
    } catch (error) {
      signal?.throwIfAborted();
      return end.signal.aborted ? silence(connector.stage) : failure(connector.stage, secure, error);
    } finally {
      limit.cancel();
      signal?.removeEventListener('abort', giveUp);
      client?.destroy().catch(() => {});
      connector.release();
    }
  }
}

/** The value of Host: without the zone of an address, which is this machine's affair, and the port that goes without saying. */
function authority(host: string, port: number, secure: boolean): string {
  const name = isIPv6(host) ? `[${host.replace(/%.*/, '')}]` : host;
  return port === (secure ? 443 : 80) ? name : `${name}:${port}`;
}

function silence(stage: Stage): Outcome {
  const status = stage === 'connecting' ? 'L4TOUT' : stage === 'securing' ? 'L6TOUT' : 'L7TOUT';
  return { status, text: '' };
}

function failure(reached: Stage, secure: boolean, error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = (error instanceof Error ? error.message : String(error)).replaceAll(/[\r\n]+/g, ' ');
  // Only an established connection can be reset: the server accepted it, and was faster than our loop.
  const next = secure ? 'securing' : 'talking';
  const stage = reached === 'connecting' && code === 'ECONNRESET' ? next : reached;
  if (stage === 'securing') return { status: 'L6RSP', text: checkText(failureReason(code, message)) };
  if (stage === 'connecting') {
    const { status, text } = connectFailure(code, false);
    return { status, text: checkText(text || message) };
  }
  // undici means itself where it asserts something: an answer that fits no request, as 101 or a status below 100.
  if (code === 'ERR_ASSERTION') return { status: 'L7RSP', text: 'an answer that HTTP does not know' };
  const broken = code.startsWith('UND_ERR') || code.startsWith('HPE_') ? '' : systemText(code);
  return broken === '' ? { status: 'L7RSP', text: checkText(message) } : { status: 'SOCKERR', text: broken };
}
