/** "General process information": the figures above the tables, in the form that scrapers of HAProxy's page look for. */
import { renderInfo } from '../stats/info.ts';
import type { ProcessMeter } from '../stats/process-meter.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import { bitRate } from './figures.ts';

/** A line in pieces: bold, plain, bold, plain ... */
export type ProcessLine = readonly string[];

export function processLines(view: RuntimeView, meter: ProcessMeter): readonly ProcessLine[] {
  const info = infoOf(view, meter);
  const of = (name: string) => info.get(name) ?? '';
  return [
    ['pid = ', ` ${of('Pid')} (process #1, nbproc = 1, nbthread = ${of('Nbthread')})`],
    ['uptime = ', ` ${of('Uptime')}`],
    ['system limits:', ` memmax = unlimited; ulimit-n = ${of('Ulimit-n')}`],
    ['maxsock = ', ` ${of('Maxsock')}; `, 'maxconn = ', ` ${of('Maxconn')}; `, 'maxpipes = ', ` ${of('Maxpipes')}`],
    [
      '',
      `current conns = ${of('CurrConns')}; current pipes = ${of('PipesUsed')}/${of('PipesFree')}; ` +
        `conn rate = ${of('ConnRate')}/sec; bit rate = ${bitRate(meter.bytesOutRate())}`,
    ],
    ['', `Running tasks: ${of('Run_queue')}/${of('Tasks')}; idle = ${of('Idle_pct')} %`],
  ];
}

/** `show info` by name. Sockets of the runtime API are not known here, and none of these lines is about them. */
function infoOf(view: RuntimeView, meter: ProcessMeter): ReadonlyMap<string, string> {
  const context = { view, meter, listeners: 0, clients: { total: 0, current: 0 }, float: false };
  const info = new Map<string, string>();
  for (const line of renderInfo(context, { form: 'text', describe: false }).split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) info.set(line.slice(0, colon), line.slice(colon + 2));
  }
  return info;
}
