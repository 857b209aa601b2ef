/** Everything the demonstration consists of but its output: services, certificates, configuration, proxy and visitors. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningProxy, StartError, startProxy } from '../control/start-proxy.ts';
import { createAuthority } from './certificates.ts';
import { configurationText } from './configuration.ts';
import { freePort } from './free-port.ts';
import { type ServerSnapshot, ServerWatch } from './server-snapshot.ts';
import { startSickSpells } from './sick-spells.ts';
import { TlsService } from './tls-service.ts';
import { Visitors } from './visitors.ts';

export interface StageOptions {
  /** From one sick spell of the second service to the next, ms. */
  readonly cycle: number;
  /** Told when something has happened to a server. */
  readonly onEvent: () => void;
  /** Told when the traffic thread dies. */
  readonly onFailure: (error: Error) => void;
}

const NAMES = ['backend1', 'backend2'] as const;
/** Ports people know from other proxies; others are taken where these are not free. */
const PORT = 8443;
const PAGE_PORT = 8404;
const VISITORS = 4;
/** Between the choice of a port and its use somebody else may take it. */
const START_TRIES = 3;

/** Short enough for commands that fit a terminal (and for a socket), and nothing in it that would need quoting. */
const HANDY_DIRECTORY = /^[\w./+-]{1,40}$/;

/** A new folder that only this user can look into. */
function newDirectory(): string {
  const usual = tmpdir();
  const candidates = HANDY_DIRECTORY.test(usual) ? [usual] : ['/tmp', usual];
  let problem: unknown;
  for (const parent of candidates) {
    try {
      return mkdtempSync(join(parent, 'hapax-demo-'));
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

export class Stage {
  readonly directory = newDirectory();
  readonly socket = join(this.directory, 'admin.sock');
  readonly ca = join(this.directory, 'ca.pem');
  readonly configurationPath = join(this.directory, 'demo.cfg');
  configuration = '';
  port = 0;
  pagePort = 0;
  readonly #options: StageOptions;
  readonly #removeAtExit = () => rmSync(this.directory, { recursive: true, force: true });
  readonly #watch = new ServerWatch();
  #services: readonly TlsService[] = [];
  #proxy: RunningProxy | undefined;
  #visitors: Visitors | undefined;
  #endSpells: (() => void) | undefined;

  /** Makes the folder. */
  constructor(options: StageOptions) {
    this.#options = options;
    process.once('exit', this.#removeAtExit);
  }

  /** Starts everything. After a failure call `close`. */
  async open(): Promise<void> {
    const authority = await createAuthority('hapax demo authority');
    this.#services = await Promise.all(
      NAMES.map(async (name) => new TlsService(name, await authority.issue(name, [name, 'localhost', '127.0.0.1']))),
    );
    for (const service of this.#services) await service.open();
    writeFileSync(this.ca, authority.cert);
    this.#proxy = await this.#startProxy();
    this.#visitors = new Visitors({ port: this.port, ca: authority.cert, count: VISITORS });
    this.#visitors.start();
    this.#endSpells = startSickSpells(this.#services.at(-1)!, this.#options.cycle);
  }

  async #startProxy(): Promise<RunningProxy> {
    for (let tries = 1; ; tries++) {
      this.port = await freePort(PORT);
      this.pagePort = await freePort(PAGE_PORT);
      this.configuration = configurationText({
        port: this.port,
        pagePort: this.pagePort,
        services: this.#services,
        socket: this.socket,
        ca: this.ca,
        // Twelve checks a cycle; in front of people never more often than once a second.
        interval: Math.max(50, Math.min(1000, Math.round(this.#options.cycle / 12))),
      });
      writeFileSync(this.configurationPath, this.configuration);
      try {
        const { onEvent, onFailure } = this.#options;
        return await startProxy({ files: [this.configurationPath], onEvent, onFailure });
      } catch (error) {
        // An error in the configuration will not go away.
        if (tries === START_TRIES || !(error instanceof StartError) || error.result !== undefined) throw error;
      }
    }
  }

  servers(): readonly ServerSnapshot[] {
    return this.#watch.look(this.#proxy?.stats() ?? []);
  }

  get answered(): number {
    return this.#visitors?.answered ?? 0;
  }

  get failed(): number {
    return this.#visitors?.failed ?? 0;
  }

  /** Ends everything and removes the folder. */
  async close(): Promise<void> {
    this.#endSpells?.();
    await this.#visitors?.stop();
    await this.#proxy?.stop();
    await Promise.all(this.#services.map((service) => service.close()));
    this.#removeAtExit();
    process.removeListener('exit', this.#removeAtExit);
  }
}
