/** The statistics pages of a model: every listener of a section in mode http, since that mode forwards nothing yet. */
import type { ProxyModel } from '../config/model.ts';
import type { ServerRegistry } from '../servers/server-registry.ts';
import type { CounterBlock } from '../stats/counters.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import type { BoundListener } from '../traffic/traffic-handle.ts';
import type { StatsListener } from '../web/stats-listener.ts';

export interface StatsPagesOptions {
  readonly view: RuntimeView;
  readonly control: ServerRegistry;
  /** The control thread's own. */
  readonly counters: CounterBlock;
}

export class StatsPages {
  readonly #options: StatsPagesOptions;
  readonly #pages: StatsListener[] = [];

  constructor(options: StatsPagesOptions) {
    this.#options = options;
  }

  /** Opens them all; `fail` is told of those that cannot be, with the name of the errno. Their code is only loaded where there is one. */
  async open(
    proxies: readonly ProxyModel[],
    fail: (proxy: number, listener: number, code: string) => void,
  ): Promise<readonly BoundListener[]> {
    const bound: BoundListener[] = [];
    for (const proxy of proxies) {
      if (proxy.mode !== 'http' || proxy.disabled) continue;
      for (const [listener, model] of (proxy.frontend?.listeners ?? []).entries()) {
        const { StatsListener } = await import('../web/stats-listener.ts');
        const page = new StatsListener({ model, proxy, ...this.#options });
        this.#pages.push(page);
        const code = await page.open();
        if (code === undefined) bound.push({ proxy: proxy.index, listener, host: model.address.host, port: page.port });
        else fail(proxy.index, listener, code);
      }
    }
    return bound;
  }

  /** Takes no new clients; resolves when those there are have gone. */
  async drain(): Promise<void> {
    await Promise.all(this.#pages.map((page) => page.drain()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#pages.map((page) => page.close()));
  }
}
