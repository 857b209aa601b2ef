/**
 * The engine on node:net: runs everywhere Node does, in a worker thread or in the caller's own. What node:net cannot know
 * or do is listed in exceptions.ts.
 */

import { steadyNow } from '../../../system/steady-time.ts';
import type {
  ConnectHandler,
  Connection,
  ConnectOptions,
  Engine,
  EngineListener,
  EngineTimer,
  ListenHandler,
  ListenOptions,
  PendingConnect,
  Relay,
  RelayHandler,
  RelayOptions,
} from '../../engine.ts';
import { NodeConnect } from './connect.ts';
import { type ConnectionKeeper, NodeConnection } from './connection.ts';
import { NodeListener } from './listener.ts';
import { LoopTimers } from './loop-timers.ts';
import { NodeRelay } from './relay.ts';

export class NodeEngine implements Engine, ConnectionKeeper {
  readonly name = 'node';
  readonly timers = new LoopTimers();
  readonly #listeners = new Set<NodeListener>();
  readonly #connecting = new Set<NodeConnect>();
  readonly #connections = new Set<NodeConnection>();
  readonly #relays = new Set<NodeRelay>();
  #tasks: (() => void)[] = [];
  #closed = false;
  readonly #runTasks = () => this.#run();

  now(): number {
    return steadyNow();
  }

  wallClock(): number {
    return Date.now();
  }

  post(task: () => void): void {
    if (!this.#closed && this.#tasks.push(task) === 1) setImmediate(this.#runTasks);
  }

  startTimer(delay: number, fire: () => void): EngineTimer {
    return this.timers.at(this.now() + delay, fire);
  }

  listen(options: ListenOptions, handler: ListenHandler): EngineListener {
    const listener = new NodeListener(this, options, handler, {
      adopt: (connection) => this.#adopt(connection),
      closed: (gone) => this.#listeners.delete(gone),
    });
    this.#listeners.add(listener);
    return listener;
  }

  connect(options: ConnectOptions, handler: ConnectHandler): PendingConnect {
    const attempt = new NodeConnect(this, options, handler, (done, connection) => {
      this.#connecting.delete(done);
      if (connection !== undefined) this.#adopt(connection);
    });
    this.#connecting.add(attempt);
    return attempt;
  }

  relay(client: Connection, server: Connection, options: RelayOptions, handler: RelayHandler): Relay {
    if (!(client instanceof NodeConnection) || !(server instanceof NodeConnection)) {
      throw new TypeError('relay: connections of another engine');
    }
    const relay = new NodeRelay(this, client, server, options, {
      ended: (end) => {
        this.#relays.delete(relay);
        handler.ended(end);
      },
    });
    this.#relays.add(relay);
    return relay;
  }

  close(): void {
    this.#closed = true;
    for (const listener of [...this.#listeners]) listener.close();
    for (const attempt of [...this.#connecting]) attempt.abort();
    for (const relay of this.#relays) relay.drop();
    for (const connection of [...this.#connections]) connection.destroy();
    this.#relays.clear();
    this.timers.clear();
    this.#tasks = [];
  }

  /** Sockets the engine holds, those being closed included. */
  get openConnections(): number {
    return this.#connections.size;
  }

  /** Called by a connection whose socket is gone. */
  forget(connection: NodeConnection): void {
    this.#connections.delete(connection);
  }

  #adopt(connection: NodeConnection): void {
    if (this.#closed) connection.destroy();
    else this.#connections.add(connection);
  }

  #run(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    let done = 0;
    try {
      for (const task of tasks) {
        done += 1;
        task();
      }
    } finally {
      // A task that throws is a bug and is heard of; those behind it still run.
      if (done < tasks.length) for (const task of tasks.slice(done)) this.post(task);
    }
  }
}
