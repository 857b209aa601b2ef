import type { FrontendModel, ListenerModel } from '../config/model.ts';
import type { Connection, Endpoint, Engine, EngineListener, ListenOptions } from './engine.ts';
import { listenerSocketOptions } from './socket-plan.ts';

/** What became of opening a socket: where it listens, or the name of the errno. */
export type ListenOutcome = { readonly local: Endpoint } | { readonly code: string };

/** One socket of a frontend: opened once, held back and freed as the limits ask. */
export class ListeningSocket {
  readonly model: ListenerModel;
  /** Position in the frontend's declaration. */
  readonly index: number;
  readonly slot: number;
  /** Undefined until the engine has answered. */
  outcome: ListenOutcome | undefined;
  readonly #engine: Engine;
  readonly #options: ListenOptions;
  #socket: EngineListener | undefined;
  #held = false;

  constructor(
    engine: Engine,
    frontend: FrontendModel,
    model: ListenerModel,
    index: number,
    slot: number,
    backlog: number,
  ) {
    this.#engine = engine;
    this.model = model;
    this.index = index;
    this.slot = slot;
    const { address, v6only, mode, uid, gid } = model;
    const socket = listenerSocketOptions(model, frontend, backlog);
    this.#options = {
      address,
      backlog,
      keepAlive: frontend.tcpKeepAlive,
      ...(socket === undefined ? {} : { socket }),
      ...(v6only === undefined ? {} : { v6only }),
      ...(mode === undefined ? {} : { mode }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    };
  }

  /** Opens the socket and holds it: `accepted` is not called before `hold(false)`. `done` follows once `outcome` is known. */
  open(
    accepted: (client: Connection) => void,
    done: () => void,
    acceptFailed: (code: string) => void,
    descriptor?: ListenOptions['descriptor'],
  ): void {
    const options = descriptor === undefined ? this.#options : { ...this.#options, descriptor };
    this.#socket = this.#engine.listen(options, {
      listening: (local) => {
        this.outcome = { local };
        this.hold(true);
        done();
      },
      failed: (code) => {
        this.#socket = undefined;
        this.outcome = { code };
        done();
      },
      accepted,
      acceptFailed,
    });
  }

  hold(held: boolean): void {
    if (this.#held === held || this.#socket === undefined) return;
    this.#held = held;
    if (held) this.#socket.pause();
    else this.#socket.resume();
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}
