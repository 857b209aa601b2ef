// Servers of one port that keep a script, and the plan of their checks: what comes when, beside what should.
import { createServer } from 'node:net';

/** @typedef {{ rise: number, fall: number, inter: number, fastinter?: number, downinter?: number }} Rules Times in ms. */
/** @typedef {{ rules: Rules, limit?: number, well: (check: number) => boolean }} Script `limit`: it says nothing, and is given up after so many ms. */

/** How long to the next check of a server in such health, ms. */
function intervalOf({ rise, fall, inter, fastinter = inter, downinter = inter }, health) {
  if (health === rise + fall - 1) return inter;
  return health === 0 ? downinter : fastinter;
}

/** Health after one more check: a first success of a server that is up makes it whole. */
function healthAfter({ rise, fall }, health, well) {
  if (well) return health + 1 >= rise ? rise + fall - 1 : health + 1;
  return health > rise ? health - 1 : 0;
}

const wordOf = ({ rise, fall }, health) => {
  if (health >= rise) return health === rise + fall - 1 ? 'UP' : `UP ${health - rise + 1}/${fall}`;
  return health === 0 ? 'DOWN' : `DOWN ${health}/${rise}`;
};

/**
 * @param {Readonly<Record<string, Script>>} scripts By backend.
 * @returns What came: `deviations` in ms by what was planned, `states` right and wrong; `count(true)` begins to keep them.
 */
export async function startScheduledTarget(scripts) {
  const servers = new Map();
  const deviations = new Map();
  const states = { right: 0, wrong: 0 };
  const sockets = new Set();
  let counting = false;
  const deviate = (what, by) => {
    if (!counting) return;
    const list = deviations.get(what) ?? [];
    deviations.set(what, list);
    list.push(by);
  };
  const arrive = (socket, backend, name, state, now) => {
    const { rules, limit, well } = scripts[backend];
    const server = servers.get(name) ?? { health: rules.rise, checks: 0, next: undefined };
    servers.set(name, server);
    if (counting) states[state === wordOf(rules, server.health) ? 'right' : 'wrong']++;
    if (server.next !== undefined) deviate(server.next.what, now - server.next.at);
    const good = limit === undefined && well(server.checks++);
    server.health = healthAfter(rules, server.health, good);
    const interval = intervalOf(rules, server.health);
    // The next check comes so long after the end of this one.
    const ended = (at) => {
      server.next = { at: at + interval, what: `${backend}: next after ${interval} ms` };
    };
    if (limit === undefined) {
      ended(now);
      socket.end(`HTTP/1.0 ${good ? '200 OK' : '503 Not Now'}\r\n\r\n`);
      return;
    }
    server.next = undefined;
    socket.once('close', () => {
      const at = performance.now();
      deviate(`${backend}: given up after ${limit} ms`, at - now - limit);
      ended(at);
    });
  };
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (chunk) => {
      const now = performance.now();
      text += chunk.toString('latin1');
      const found = /server-state: ([^;]+);.*name=((\w+)\/\w+);.*\r\n\r\n$/s.exec(text);
      if (found === null) return;
      text = '';
      arrive(socket, found[3], found[2], found[1], now);
    });
  });
  await new Promise((resolve) => listener.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, resolve));
  return {
    port: listener.address().port,
    deviations,
    states,
    servers: () => servers.size,
    count: (on) => {
      counting = on;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}
