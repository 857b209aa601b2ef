/** `option httpchk` as the proxy does it: its own bytes on the wire, and expectations of status, headers and body. */
import { HttpCheck } from '../protocols/http-check.ts';
import { HttpSequence } from '../protocols/http-sequence.ts';
import { list, record } from './arguments.ts';
import { type ConnectStep, wishOfStep } from './connect-step.ts';
import { DialogueChecker, type DialogueOptions } from './dialogue-checker.ts';
import { type CompiledRequest, compileRequest, type HttpRequest } from './http-request.ts';
import type { Target } from './target.ts';

export interface HttpDialogueOptions extends DialogueOptions, HttpRequest {}

/** Healthy when one request is answered as expected. */
export class HttpDialogueChecker extends DialogueChecker {
  readonly #request: CompiledRequest;

  /** Throws TypeError or RangeError for what cannot be sent in one request, or expected. */
  constructor(timeout: number, options: HttpDialogueOptions = {}) {
    const request = compileRequest(record('options', options));
    super(timeout, (target) => new HttpCheck(request.optionsFor(target)), offering(options));
    this.#request = request;
  }

  protected override flawOf(target: Target): string | undefined {
    return this.#request.flawOf(target);
  }
}

/** Most servers speak HTTP/2 over TLS only where it was agreed upon. */
function offering(options: HttpDialogueOptions): DialogueOptions {
  const { tls, protocol } = options;
  if (protocol !== 'h2' || tls === undefined || tls === false) return options;
  return { ...options, tls: tls === true ? { alpn: ['h2'] } : { ...tls, alpn: tls.alpn ?? ['h2'] } };
}

/** One of several requests, each over a connection of its own. */
export interface HttpSequenceRequest extends HttpRequest {
  /** Default: as the target and the options say. */
  readonly connect?: ConnectStep | undefined;
}

/** Several requests one after the other, as `http-check connect` parts them: healthy when every answer is as expected. */
export class HttpSequenceChecker extends DialogueChecker {
  readonly #requests: readonly CompiledRequest[];

  /** Throws TypeError or RangeError for no requests, and for what cannot be sent in one, or expected. */
  constructor(timeout: number, requests: readonly HttpSequenceRequest[], options: DialogueOptions = {}) {
    const compiled = list('requests', requests).map((each, index) => {
      const { protocol, connect = {} } = record(`requests[${index}]`, each);
      const wish = wishOfStep(connect, `requests[${index}].connect`);
      const connection = protocol === 'h2' ? { alpn: ['h2'], ...wish } : wish;
      return { request: compileRequest(each), connection: () => connection };
    });
    if (compiled.length === 0) throw new RangeError('requests must hold one at least');
    super(
      timeout,
      (target) =>
        new HttpSequence(
          compiled.map(({ request, connection }) => ({ connection, options: request.optionsFor(target) })),
        ),
      options,
    );
    this.#requests = compiled.map(({ request }) => request);
  }

  protected override flawOf(target: Target): string | undefined {
    return this.#requests.map((each) => each.flawOf(target)).find((each) => each !== undefined);
  }
}
