/** `option httpchk` as the proxy does it: its own bytes on the wire, and expectations of status and body. */
import { HttpCheck } from '../protocols/http-check.ts';
import { http2CheckRequest, httpCheckRequest } from '../protocols/http-check-request.ts';
import { compileExpectation, type HttpExpectationSource } from '../protocols/http-expectation.ts';
import { DialogueChecker, type DialogueOptions } from './dialogue-checker.ts';

export type HttpDialogueExpectation =
  /** A status, or an inclusive range of them. */
  | { readonly status: number | readonly [from: number, to: number]; readonly not?: boolean }
  /** A text the body holds, or an expression without flags that it matches, one character a byte. */
  | { readonly body: string | RegExp; readonly not?: boolean };

export interface HttpDialogueOptions extends DialogueOptions {
  /** Default `OPTIONS`, as `option httpchk` has it. */
  readonly method?: string;
  /** Default: the target's `healthCheckPath`, or `/`. */
  readonly uri?: string;
  /** Default `HTTP/1.0`. */
  readonly version?: string;
  /** No `Host` is sent unless it is here. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /**
   * What is spoken: `h2` is HTTP/2, which over TLS is offered by ALPN unless `tls.alpn` says what is, and without TLS begun at once;
   * `h1` is HTTP/1 whatever was agreed upon. Default: what ALPN chose (`tls.alpn`), else HTTP/1.
   */
  readonly protocol?: 'h1' | 'h2';
  /** All of them must hold; default: any 2xx or 3xx. */
  readonly expect?: readonly HttpDialogueExpectation[];
}

export class HttpDialogueChecker extends DialogueChecker {
  /** Throws TypeError for an expectation or a protocol that is none. */
  constructor(timeout: number, options: HttpDialogueOptions = {}) {
    const { method = 'OPTIONS', uri, version = 'HTTP/1.0', headers = [], body, protocol } = options;
    if (protocol !== undefined && protocol !== 'h1' && protocol !== 'h2') {
      throw new TypeError(`no protocol of HTTP checks: ${String(protocol)}`);
    }
    const expect = (options.expect ?? []).map((each) => compileExpectation(sourceOf(each)));
    const bodiless = method.toUpperCase() === 'HEAD';
    super(
      timeout,
      (target) => {
        const asked = uri ?? (target.healthCheckPath === '' ? '/' : target.healthCheckPath);
        const request = { method, uri: asked, version, headers, body };
        return new HttpCheck({
          request: httpCheckRequest(request),
          http2Request: () => http2CheckRequest(request),
          protocol,
          bodiless,
          expect,
          condition404: false,
        });
      },
      protocol === 'h2' ? offering(options) : options,
    );
  }
}

/** Most servers speak HTTP/2 over TLS only where it was agreed upon. */
function offering(options: HttpDialogueOptions): DialogueOptions {
  if (options.tls === undefined || options.tls === false) return options;
  return { tls: { alpn: ['h2'], ...(options.tls === true ? {} : options.tls) } };
}

function sourceOf(expectation: HttpDialogueExpectation): HttpExpectationSource {
  const negate = expectation.not ?? false;
  if ('status' in expectation) {
    const { status } = expectation;
    return { negate, match: { kind: 'status', ranges: [typeof status === 'number' ? [status, status] : status] } };
  }
  if (!('body' in expectation)) throw new TypeError('an expectation names a status or a body');
  const { body } = expectation;
  if (typeof body === 'string') return { negate, match: { kind: 'string', text: body } };
  if (body.flags !== '') throw new TypeError(`an expression for a body has no flags: ${body}`);
  return { negate, match: { kind: 'rstring', pattern: body.source } };
}
