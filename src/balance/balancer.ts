/** What balancing sees of a server. The state behind it may change at any moment; the set is told by `update`. */
export interface Candidate {
  /** Position in the backend's declaration. */
  readonly index: number;
  /** The weight in use, above 0, in any unit that all servers of the backend share. */
  readonly weight: number;
  /** Sessions on the server and waiting for it. */
  readonly load: number;
  /** Every place of the server is taken. */
  readonly full: boolean;
}

/** Whom a server is chosen for. */
export interface Client {
  /** The client's IP address, or `unix`. */
  readonly host: string;
}

/** A way to choose servers: one file each, all state inside, no clock, no I/O. */
export interface Balancer {
  /**
   * True when a client belongs to one server: `choose` then answers with that server even when it is full (the session
   * waits for it), and a failed connection is not taken elsewhere at once.
   */
  readonly sticky: boolean;
  /** The servers that may get traffic now, in declaration order. Called after every change of the set or of a weight. */
  update(servers: readonly Candidate[]): void;
  /** The next server, never `avoid` while another would do; undefined: there is none, or all of them are full. */
  choose(client: Client, avoid: Candidate | undefined): Candidate | undefined;
  /** A session was given to the server, or left it. */
  loadChanged(server: Candidate): void;
}
