/** What is logged of a check that could not even try its server. */
import type { ProxyModel } from '../config/model.ts';
import type { EventLine } from '../logging/event-line.ts';
import { portsExhausted, socketShortage, sourceRefused } from '../logging/trouble-lines.ts';
import type { CheckResult } from '../servers/server-event.ts';

/** One line for each such check, as HAProxy writes them; undefined for all others. */
export function lackLine(proxy: ProxyModel, { lack }: CheckResult): EventLine | undefined {
  switch (lack?.of) {
    case 'socket':
      return socketShortage(proxy, lack.code, 'check its servers');
    case 'source': {
      const line = sourceRefused(proxy, 'source');
      return { ...line, console: { tag: 'ALERT', text: `${line.text} Aborting.` } };
    }
    case 'port':
      return portsExhausted(proxy);
    case undefined:
      return undefined;
  }
}
