/** One run of a check as the expressions in its rules see it. */
import type { ProxyModel, ServerModel } from '../config/model.ts';
import type { ChosenServer, HttpAnswer, Named, RuleContext } from '../expressions/run/context.ts';
import type { FormatRunner } from '../expressions/run/log-format.ts';
import type { Value } from '../expressions/run/value.ts';
import { Variables } from '../expressions/run/variables.ts';
import type { Dialogue } from '../protocols/dialogue.ts';
import { HttpCheck } from '../protocols/http-check.ts';
import { HttpSequence } from '../protocols/http-sequence.ts';
import { TcpCheck } from '../protocols/tcp-check.ts';
import { type ClientHello, readClientHello } from '../protocols/tls-client-hello.ts';

const NO_BYTES = new Uint8Array(0);

/** There is no client: what is asked of it has no value. */
export class CheckContext implements RuleContext {
  readonly clientHost = 'unix';
  readonly clientPort = 0;
  readonly localHost = 'unix';
  readonly localPort = 0;
  readonly listenerId = 0;
  readonly listenerName = '';
  readonly final = true;
  incomplete = false;
  readonly variables: Variables;
  readonly backend: Named;
  readonly server: ChosenServer;
  readonly #makeId: FormatRunner | undefined;
  #id: string | undefined;
  #talk: Dialogue | undefined;

  /** `proc`: the variables of the process, shared by all checks. `makeId`: `unique-id-format`. */
  constructor(
    proxy: ProxyModel,
    server: ServerModel,
    proc: Map<string, Value | undefined>,
    makeId: FormatRunner | undefined,
  ) {
    this.#makeId = makeId;
    this.variables = new Variables({ proc, sess: new Map(), check: new Map() });
    const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
    // HAProxy numbers backends and servers from 1 by their own ids.
    this.backend = { id: proxy.iid, name: latin1(proxy.name) };
    const { host, port } = server.address;
    this.server = { id: server.id, name: latin1(server.name), host, port };
  }

  get serverEnd(): { readonly host: string; readonly port: number } {
    return this.server;
  }

  /** Made when it is first asked for; within itself it is empty. */
  uniqueId(): string | undefined {
    if (this.#id === undefined && this.#makeId !== undefined) {
      this.#id = '';
      this.#id = this.#makeId(this);
    }
    return this.#id;
  }

  /** What is asked about the server's answer is answered from this talk. */
  attend<Talk extends Dialogue>(talk: Talk): Talk {
    this.#talk = talk;
    return talk;
  }

  request(): Uint8Array {
    return NO_BYTES;
  }

  clientHello(): ClientHello {
    return readClientHello(NO_BYTES);
  }

  response(): Uint8Array | undefined {
    return this.#talk instanceof TcpCheck ? this.#talk.bytes : undefined;
  }

  answer(): HttpAnswer | undefined {
    const talk = this.#talk instanceof HttpSequence ? this.#talk.check : this.#talk;
    const answer = talk instanceof HttpCheck ? talk.answer : undefined;
    if (answer === undefined) return undefined;
    const { head, body } = answer;
    return { code: head.code, version: head.version, headers: head.headers, body };
  }
}
