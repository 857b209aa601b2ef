/** Which timeout ends what, and when: the rules measured on HAProxy 2.6.12, without engine or socket. Times in ms. */
import { describe, expect, it } from 'vitest';
import type { RelayOptions } from '../../src/traffic/engine.ts';
import { type Expiry, RelayState } from '../../src/traffic/engines/relay-state.ts';

interface Row {
  readonly name: string;
  readonly timeouts: RelayOptions['timeouts'];
  readonly facts?: (state: RelayState) => void;
  /** What runs out first, and when; undefined: nothing ever does. */
  readonly first: readonly [Expiry, number] | undefined;
}

const ROWS: readonly Row[] = [
  { name: 'nothing set', timeouts: {}, first: undefined },
  {
    name: 'zero is no limit',
    timeouts: { client: 0, server: 0, tunnel: 0, clientFin: 0, serverFin: 0 },
    first: undefined,
  },
  { name: 'the shorter one, client', timeouts: { client: 100, server: 200 }, first: ['client-read', 100] },
  { name: 'the shorter one, server', timeouts: { client: 200, server: 100 }, first: ['server-read', 100] },
  { name: 'tie', timeouts: { client: 100, server: 100 }, first: ['client-read', 100] },
  { name: 'only client', timeouts: { client: 100 }, first: ['client-read', 100] },
  { name: 'only server', timeouts: { server: 100 }, first: ['server-read', 100] },
  { name: 'only tunnel', timeouts: { tunnel: 100 }, first: ['client-read', 100] },
  { name: 'tunnel is longer', timeouts: { client: 100, server: 50, tunnel: 900 }, first: ['client-read', 900] },
  { name: 'tunnel is shorter', timeouts: { client: 100, server: 500, tunnel: 20 }, first: ['client-read', 20] },
  { name: 'tunnel 0 is not infinite', timeouts: { client: 100, server: 500, tunnel: 0 }, first: ['client-read', 100] },
  { name: 'fin timeouts alone wait for a FIN', timeouts: { clientFin: 5, serverFin: 5 }, first: undefined },
  {
    name: 'what a side sends counts for that side',
    timeouts: { client: 100, server: 120 },
    facts: ({ client }) => client.received(50),
    first: ['server-read', 120],
  },
  {
    name: 'what a side takes counts for that side',
    timeouts: { client: 100, server: 100 },
    facts: ({ client }) => client.took(50, false),
    first: ['server-read', 100],
  },
  {
    name: 'a chunk passed on at once counts for both',
    timeouts: { client: 100, server: 100 },
    facts: ({ client, server }) => {
      client.received(50);
      server.took(50, false);
    },
    first: ['client-read', 150],
  },
  {
    name: 'a side that takes nothing, from the moment bytes waited; its source is not timed',
    timeouts: { client: 10, server: 100 },
    facts: ({ client, server }) => {
      client.received(5);
      server.waits(5);
      server.waits(60);
      client.readHeld = true;
    },
    first: ['server-read', 100],
  },
  {
    name: 'reading keeps alive, but not while bytes wait',
    timeouts: { client: 10, server: 100 },
    facts: ({ client, server }) => {
      server.waits(5);
      client.readHeld = true;
      server.received(90);
    },
    first: ['server-write', 105],
  },
  {
    name: 'a part taken starts the time anew',
    timeouts: { client: 10, server: 100 },
    facts: ({ client, server }) => {
      server.waits(5);
      client.readHeld = true;
      server.took(70, true);
    },
    first: ['server-write', 170],
  },
  {
    name: 'read and write time up in one moment: everything ends',
    timeouts: { client: 100 },
    facts: ({ client, server }) => {
      client.waits(0);
      server.readHeld = true;
    },
    first: ['client-write', 100],
  },
  {
    name: 'a source that is read again starts anew',
    timeouts: { server: 100 },
    facts: ({ client, server }) => {
      client.waits(5);
      server.readHeld = true;
      client.took(500, false);
      server.release(500);
    },
    first: ['server-read', 600],
  },
  {
    name: 'a client that has ended is timed no more',
    timeouts: { client: 10, server: 100 },
    facts: ({ client, server }) => {
      client.readEnded = true;
      server.sentFin(1);
    },
    first: ['server-read', 100],
  },
  {
    name: 'FIN to the server is no activity of it',
    timeouts: { client: 10, server: 100 },
    facts: ({ client, server }) => {
      client.readEnded = true;
      server.sentFin(50);
    },
    first: ['server-read', 100],
  },
  {
    name: 'server-fin counts from its FIN',
    timeouts: { client: 10, server: 100, serverFin: 70, clientFin: 1 },
    facts: ({ client, server }) => {
      client.readEnded = true;
      server.sentFin(50);
    },
    first: ['server-read', 120],
  },
  {
    name: 'a longer server-fin also replaces the timeout',
    timeouts: { client: 10, server: 100, serverFin: 300 },
    facts: ({ client, server }) => {
      client.readEnded = true;
      server.sentFin(50);
    },
    first: ['server-read', 350],
  },
  {
    name: 'server-fin replaces tunnel',
    timeouts: { tunnel: 1000, serverFin: 70 },
    facts: ({ client, server }) => {
      client.readEnded = true;
      server.sentFin(50);
    },
    first: ['server-read', 120],
  },
  {
    name: 'client-fin counts once the client has been sent FIN',
    timeouts: { client: 100, server: 10, clientFin: 30 },
    facts: ({ client, server }) => {
      server.readEnded = true;
      client.sentFin(50);
    },
    first: ['client-read', 80],
  },
  {
    name: 'activity renews a fin timeout by itself',
    timeouts: { client: 100, server: 10, clientFin: 30 },
    facts: ({ client, server }) => {
      server.readEnded = true;
      client.sentFin(50);
      client.received(70);
    },
    first: ['client-read', 100],
  },
  {
    name: 'client-fin does not time a client that takes nothing',
    timeouts: { client: 300, server: 900, clientFin: 30 },
    facts: ({ client, server }) => {
      client.readEnded = true;
      server.sentFin(10);
      client.waits(20);
      server.readHeld = true;
    },
    first: ['client-write', 320],
  },
  {
    name: 'both have ended, one still takes nothing',
    timeouts: { client: 300, server: 900 },
    facts: ({ client, server }) => {
      client.readEnded = true;
      server.readEnded = true;
      client.waits(20);
    },
    first: ['client-write', 320],
  },
];

describe('the first deadline of a relay', () => {
  it.each(ROWS)('$name', ({ timeouts, facts, first }) => {
    const state = new RelayState({ timeouts }, 0);
    facts?.(state);
    if (first === undefined) {
      expect(state.deadline).toBe(Number.POSITIVE_INFINITY);
      expect(state.expired(Number.MAX_SAFE_INTEGER)).toBeUndefined();
      return;
    }
    const [what, when] = first;
    expect(state.deadline).toBe(when);
    expect(state.expired(when - 0.001)).toBeUndefined();
    expect(state.expired(when)).toBe(what);
    // Looking late does not change whose fault it was.
    expect(state.expired(when + 10_000)).toBe(what);
  });
});

describe('the end of a relay', () => {
  it('is finished when both directions have ended and both sides were sent FIN', () => {
    const state = new RelayState({ timeouts: {} }, 0);
    const steps = [
      () => (state.client.readEnded = true),
      () => state.server.sentFin(1),
      () => (state.server.readEnded = true),
      () => state.client.sentFin(2),
    ];
    for (const step of steps) {
      expect(state.finished).toBe(false);
      step();
    }
    expect(state.finished).toBe(true);
    expect(state.end).toBe('finished');
  });

  it('is put down to the first cause', () => {
    const state = new RelayState({ timeouts: {} }, 0);
    state.blame('server-timeout');
    state.blame('client-reset');
    state.blame('aborted');
    expect(state.end).toBe('server-timeout');
  });
});
