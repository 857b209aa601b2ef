/**
 * Servers that behave as badly as a test wants: refuse, accept and say nothing, close, reset, answer too much or too
 * late, speak TLS or garbage. The behaviour can be changed while the server runs, so that a bad server becomes good.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import { freePort } from './ports.ts';

/** What one connection did, seen from the server. */
export interface ConnectionRecord {
  readonly index: number;
  /** Where the peer came from. */
  readonly peer: string;
  readonly peerPort: number;
  /** Bytes the peer sent, decrypted where TLS is spoken. Only the first 64 KB are kept. */
  received: string;
  receivedBytes: number;
  /** How the peer ended it: FIN, RST, or not yet (`open`). */
  ended: 'open' | 'fin' | 'rst';
  /** When that was seen, as `performance.now()`; Infinity while it is open. */
  endedAt: number;
  /** The server name of the TLS handshake, `''` when the client sent none, `undefined` without a finished handshake. */
  serverName?: string;
  tlsError?: string;
}

function markEnd(record: ConnectionRecord, ended: 'fin' | 'rst'): void {
  record.ended = ended;
  record.endedAt = performance.now();
}

/** A connection as a script sees it: the (decrypted) stream to talk on, and the TCP socket below. */
export interface ScriptedConnection {
  readonly stream: Socket;
  readonly socket: Socket;
  readonly record: ConnectionRecord;
}

export type Script = (connection: ScriptedConnection) => void;

export type Behaviour =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'plain'; readonly script: Script }
  | { readonly kind: 'tls'; readonly tls: SecureContextOptions; readonly script: Script };

/** Nobody listens. */
export const refuse: Behaviour = { kind: 'refuse' };
export const plain = (script: Script): Behaviour => ({ kind: 'plain', script });
export const tls = (options: SecureContextOptions, script: Script): Behaviour => ({
  kind: 'tls',
  tls: options,
  script,
});

/** Calls `act` once the peer has sent something that matches; default: the blank line that ends an HTTP request. */
export function afterRequest(act: Script, pattern: RegExp = /\r?\n\r?\n/): Script {
  return (connection) => {
    let seen = '';
    let done = false;
    connection.stream.on('data', (chunk) => {
      if (done) return;
      seen += chunk.toString('latin1');
      if (!pattern.test(seen)) return;
      done = true;
      act(connection);
    });
  };
}

/** Accepts and does nothing more. */
export const silence: Script = () => {};
/** FIN at once. */
export const closeAtOnce: Script = ({ stream }) => {
  stream.end();
};
/** RST at once. */
export const resetAtOnce: Script = ({ socket }) => {
  socket.resetAndDestroy();
};
/** Sends `text` as soon as the connection stands, then closes unless `keep`. */
export function greet(text: string | Buffer, keep = false): Script {
  return ({ stream }) => {
    if (keep) stream.write(text);
    else stream.end(text);
  };
}
/** Sends back what comes, and FIN after FIN. */
export const echo: Script = ({ stream }) => {
  stream.pipe(stream);
};

export interface AnswerOptions {
  /** Leaves the connection open after the answer. */
  readonly keep?: boolean;
  /** Milliseconds between request and answer. */
  readonly delay?: number;
  /** Sends the answer in pieces of this many bytes, one per turn of the loop. */
  readonly piece?: number;
  /** RST instead of FIN after the answer. */
  readonly reset?: boolean;
}

/** Reads a request head and answers `text`. */
export function answer(text: string | Buffer, options: AnswerOptions = {}): Script {
  return afterRequest(({ stream, socket }) => {
    const bytes = Buffer.from(text);
    const finish = () => {
      if (options.reset === true) socket.resetAndDestroy();
      else if (options.keep !== true) stream.end();
    };
    const send = () => {
      if (options.piece === undefined) {
        stream.write(bytes, finish);
        return;
      }
      let sent = 0;
      const next = () => {
        if (stream.destroyed) return;
        if (sent >= bytes.length) return finish();
        stream.write(bytes.subarray(sent, sent + options.piece!));
        sent += options.piece!;
        setImmediate(next);
      };
      next();
    };
    if (options.delay === undefined) send();
    else setTimeout(() => stream.destroyed || send(), options.delay).unref();
  });
}

/** A whole HTTP response with a body. */
export function httpAnswer(
  status: string,
  body = '',
  headers: readonly string[] = [],
  options?: AnswerOptions,
): Script {
  const lines = [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body];
  return answer(lines.join('\r\n'), options);
}

/** Writes `piece` for ever, as fast as the peer takes it, after the head `first`. */
export function endless(first: string, piece: string): Script {
  return afterRequest(({ stream }) => {
    const pump = () => {
      while (!stream.destroyed && stream.writable && stream.write(piece));
    };
    stream.on('drain', pump);
    stream.write(first);
    pump();
  });
}

const KEPT = 64 * 1024;

export class ScriptedServer {
  readonly host: string;
  readonly port: number;
  readonly connections: ConnectionRecord[] = [];
  #behaviour: Behaviour = refuse;
  #context: ReturnType<typeof createSecureContext> | undefined;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(host: string, port: number) {
    this.host = host;
    this.port = port;
  }

  get address(): string {
    return `${this.host}:${this.port}`;
  }

  get behaviour(): Behaviour {
    return this.#behaviour;
  }

  /** Connections that are still open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Behaves differently from now on; connections that exist keep what they began with. */
  async become(behaviour: Behaviour): Promise<void> {
    this.#context = behaviour.kind === 'tls' ? createSecureContext(behaviour.tls) : undefined;
    this.#behaviour = behaviour;
    if (behaviour.kind === 'refuse') await this.#stopListening();
    else if (this.#server === undefined) await this.#listen();
  }

  /** Cuts every open connection by RST. */
  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Closes the listener and every connection. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.#stopListening();
  }

  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    server.on('error', () => {});
    server.listen({ host: this.host, port: this.port, backlog: 1024 });
    await once(server, 'listening');
    this.#server = server;
  }

  async #stopListening(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    // close() only calls back when every connection ended, which is not what refusing means.
    server.close();
  }

  #accept(socket: Socket): void {
    const record: ConnectionRecord = {
      index: this.connections.length,
      peer: socket.remoteAddress ?? '',
      peerPort: socket.remotePort ?? 0,
      received: '',
      receivedBytes: 0,
      ended: 'open',
      endedAt: Number.POSITIVE_INFINITY,
    };
    this.connections.push(record);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') markEnd(record, 'rst');
    });
    const behaviour = this.#behaviour;
    if (behaviour.kind === 'refuse') {
      socket.resetAndDestroy();
      return;
    }
    if (behaviour.kind === 'plain') {
      this.#run(behaviour.script, socket, socket, record);
      return;
    }
    const stream = new TLSSocket(socket, { isServer: true, secureContext: this.#context!, requestCert: false });
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') markEnd(record, 'rst');
      else record.tlsError = error.code ?? error.message;
      socket.destroy();
    });
    stream.on('_tlsError', (error: NodeJS.ErrnoException) => {
      record.tlsError = error.code ?? error.message;
    });
    stream.on('secure', () => {
      const name = (stream as TLSSocket & { servername?: string | false }).servername;
      record.serverName = typeof name === 'string' ? name : '';
    });
    this.#run(behaviour.script, stream, socket, record);
  }

  #run(script: Script, stream: Socket, socket: Socket, record: ConnectionRecord): void {
    stream.on('data', (chunk) => {
      record.receivedBytes += chunk.length;
      if (record.received.length < KEPT) record.received += chunk.toString('latin1');
    });
    stream.on('end', () => {
      if (record.ended === 'open') markEnd(record, 'fin');
      // A script that holds the connection open says so by keeping its own side; scripts that answer have ended theirs.
      if (stream instanceof TLSSocket) stream.end();
    });
    script({ stream, socket, record });
  }
}

/** A server on loopback with the behaviour given, on a port of its own. */
export async function startScripted(behaviour: Behaviour, host = '127.0.0.1', port?: number): Promise<ScriptedServer> {
  const server = new ScriptedServer(host, port ?? (await freePort()));
  await server.become(behaviour);
  return server;
}
