/** Asks a target over HTTP/1.1 whether it is well; redirections are not followed, and of the answer only the head is read. */
import { Client } from 'undici';
import { connectFailure } from '../health/errors.ts';
import { checkText } from '../protocols/server-text.ts';
import type { CheckStatus } from '../servers/server-record.ts';
import { Checker } from './checker.ts';
import { type ExpectedStatus, statusTest, successOrRedirection } from './expected-status.ts';
import { HttpConnector, type Stage } from './http-connector.ts';
import type { CheckResult, Target } from './target.ts';
import { connectionOptions } from './tls-options.ts';

export interface HttpOptions {
  /** What is asked for, instead of the target's `healthCheckPath`. */
  readonly uri?: string;
  /** A status (`200`) or a class (`2`, `'2xx'`); default 200. */
  readonly expectStatus?: ExpectedStatus;
  /** Asks over TLS. */
  readonly https?: boolean;
  /** Any certificate will do. */
  readonly tlsSkipVerify?: boolean;
}

interface Outcome {
  readonly status: CheckStatus;
  readonly code?: number;
  readonly text: string;
}

export class HttpChecker extends Checker {
  readonly #options: HttpOptions;
  readonly #passes: (status: number) => boolean;

  /** Without `options` any 2xx and 3xx is healthy, with them `expectStatus`. Throws RangeError for wrong values. */
  constructor(timeout: number, options?: HttpOptions) {
    super(timeout);
    this.#options = options ?? {};
    this.#passes = options === undefined ? successOrRedirection : statusTest(options.expectStatus ?? 200);
  }

  protected override async run(target: Target, signal: AbortSignal | undefined): Promise<CheckResult> {
    const startedAt = performance.now();
    const outcome = await this.#ask(target, signal);
    const duration = Math.round(performance.now() - startedAt);
    return { target, healthy: outcome.status === 'L7OK', ...outcome, duration };
  }

  async #ask({ ip, port, healthCheckPath }: Target, signal: AbortSignal | undefined): Promise<Outcome> {
    const { https = false, tlsSkipVerify = false, uri } = this.#options;
    const connector = new HttpConnector(
      { host: ip, port },
      connectionOptions(https && { skipVerify: tlsSkipVerify }, ip),
    );
    const end = new AbortController();
    const giveUp = () => {
      end.abort();
      connector.release();
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    const timer = setTimeout(giveUp, this.timeout);
    let client: Client | undefined;
    try {
      const origin = `${https ? 'https' : 'http'}://${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
      // The limit above is the only one: undici's own clocks are off.
      client = new Client(origin, { connect: connector.connect, headersTimeout: 0, bodyTimeout: 0 });
      const answer = await client.request({
        method: 'GET',
        path: rooted(uri ?? healthCheckPath),
        headers: { accept: '*/*', 'user-agent': 'hapax' },
        reset: true,
        signal: end.signal,
      });
      answer.body.on('error', () => {}).destroy();
      const { statusCode: code, statusText } = answer;
      return { status: this.#passes(code) ? 'L7OK' : 'L7STS', code, text: checkText(statusText) };
    } catch (error) {
      signal?.throwIfAborted();
      return end.signal.aborted ? silence(connector.stage) : failure(connector.stage, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      client?.destroy().catch(() => {});
      connector.release();
    }
  }
}

function rooted(path: string | undefined): string {
  const wanted = path ?? '';
  return wanted.startsWith('/') ? wanted : `/${wanted}`;
}

function silence(stage: Stage): Outcome {
  const status = stage === 'connecting' ? 'L4TOUT' : stage === 'securing' ? 'L6TOUT' : 'L7TOUT';
  return { status, text: '' };
}

function failure(reached: Stage, error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // Only an established connection can be reset: the server accepted it, and was faster than our loop.
  const stage = reached === 'connecting' && code === 'ECONNRESET' ? 'talking' : reached;
  const said = checkText(error instanceof Error ? error.message : String(error)).replaceAll(/[\r\n]+/g, ' ');
  if (stage === 'securing') return { status: 'L6RSP', text: said };
  // A talk that breaks off, or an answer that is not HTTP.
  if (stage === 'talking') return { status: 'L7RSP', text: said };
  // undici refuses to ask before anything goes out: a path with blanks, a host that is none.
  if (code.startsWith('UND_ERR') || code === '' || code === 'ERR_INVALID_URL') return { status: 'SOCKERR', text: said };
  const { status, text } = connectFailure(code, false);
  return { status, text: text === '' ? said : text };
}
