import type { AddressModel } from '../../src/config/model.ts';
import type { ConnectFailure, Endpoint } from '../../src/traffic/engine.ts';
import { SimulatedEngine } from '../../src/traffic/engines/simulated/engine.ts';
import type { ScriptedServer } from '../../src/traffic/engines/simulated/scripted-server.ts';
import type { Family, TestPeer, TestServer, World } from './world.ts';

const CODES: Readonly<Record<ConnectFailure, string>> = {
  timeout: 'ETIMEDOUT',
  refused: 'ECONNREFUSED',
  reset: 'ECONNRESET',
  unreachable: 'EHOSTUNREACH',
  'no-port': 'EADDRNOTAVAIL',
  'too-many-files': 'EMFILE',
  source: 'EADDRNOTAVAIL',
  other: 'EIO',
};

const HOSTS: Readonly<Record<Family, string>> = { ipv4: '10.0.0.1', ipv6: 'fd00::1', unix: '/run/sim', abns: 'sim' };

export class SimulatedWorld implements World {
  readonly engine = new SimulatedEngine();
  readonly patience = 1;
  readonly largest = 4_000_000;
  #serial = 1000;

  async until(what: string, condition: () => boolean): Promise<void> {
    this.engine.run();
    for (let ms = 0; !condition(); ms++) {
      if (ms > 5_000) throw new Error(`in vain: ${what}`);
      this.engine.advance(1);
    }
  }

  async settle(): Promise<void> {
    this.engine.run();
  }

  async turn(): Promise<void> {
    this.engine.run();
  }

  stall(ms: number): void {
    this.engine.advance(ms);
  }

  async pass(ms: number): Promise<void> {
    this.engine.advance(ms);
  }

  freeAddress(family: Family): AddressModel {
    if (family === 'ipv4') return { family, host: '127.0.0.1', port: 0 };
    if (family === 'ipv6') return { family, host: '::1', port: 0 };
    return { family, host: `${HOSTS[family]}-${this.#serial++}`, port: 0 };
  }

  async inherited(family: Family): Promise<AddressModel> {
    const address = this.freeAddress(family);
    return { ...address, port: family === 'unix' ? 0 : this.#serial++, fd: 3 };
  }

  async serve(family: Family = 'ipv4', accepted?: (peer: TestPeer) => void): Promise<TestServer> {
    const { address, server } = this.#server(family);
    if (accepted !== undefined) server.script = { accepted };
    return { address, peers: server.peers };
  }

  async dial(address: AddressModel, at: Endpoint): Promise<TestPeer> {
    return this.engine.dial(textOf(address, at));
  }

  async failing(how: ConnectFailure | 'blackhole'): Promise<AddressModel> {
    const { address, server } = this.#server('ipv4');
    if (how === 'blackhole') server.script = { connect: 'blackhole' };
    else server.script = { connect: { failure: how, code: CODES[how] } };
    return address;
  }

  async late(): Promise<{ address: AddressModel; answer: () => Promise<void> }> {
    const { address, server } = this.#server('ipv4');
    server.script = { delay: 500 };
    return { address, answer: () => this.pass(500) };
  }

  async occupied(): Promise<AddressModel> {
    const port = this.#serial++;
    this.engine.occupy(`127.0.0.1:${port}`);
    return { family: 'ipv4', host: '127.0.0.1', port };
  }

  open(): number {
    return this.engine.openConnections;
  }

  async close(): Promise<void> {
    this.engine.close();
    if (this.engine.openConnections !== 0) throw new Error('connections left');
    if (this.engine.activeTimers !== 0) throw new Error('timers left');
  }

  #server(family: Family): { address: AddressModel; server: ScriptedServer } {
    const isPath = family === 'unix' || family === 'abns';
    const port = isPath ? 0 : this.#serial++;
    const host = isPath ? `${HOSTS[family]}-${this.#serial++}` : HOSTS[family];
    const address: AddressModel = { family, host, port };
    return { address, server: this.engine.serve(textOf(address, { host, port })) };
  }
}

function textOf(address: AddressModel, at: Endpoint): string {
  if (address.family === 'unix' || address.family === 'abns') return `${address.family}:${address.host}`;
  return at.host.includes(':') ? `[${at.host}]:${at.port}` : `${at.host}:${at.port}`;
}
