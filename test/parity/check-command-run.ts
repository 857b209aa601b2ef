/** Runs the commands of the plan, and notes the answer to each, what it changed, and what was logged. */
import { freePort } from '../support/ports.ts';
import { type Product, type ProxyProcess, startProxy } from '../support/proxy-process.ts';
import { httpAnswer, plain, startScripted } from '../support/scripted-server.ts';
import { ask, showStat } from '../support/stats-client.ts';
import { startSyslogReceiver } from '../support/syslog-receiver.ts';
import { waitFor } from '../support/wait.ts';
import { COMMANDS, CONFIGURATION, LEVEL_COMMANDS } from './check-command-plan.ts';

export interface CommandRun {
  /** `NUMBER COMMAND` (with its level where that is not admin): the answer. */
  readonly answers: ReadonlyMap<string, string>;
  /** The same: rows of `show servers state` that changed with it, and how. */
  readonly changes: ReadonlyMap<string, string>;
  readonly log: readonly string[];
}

/** Rows of `show servers state`, without what goes on with the time. */
async function readStates(proxy: ProxyProcess, ports: Readonly<Record<string, string>>): Promise<string[]> {
  const lines = (await proxy.ask('show servers state')).split('\n').slice(2);
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.split(' ');
      fields[9] = '-';
      return fields.map((field) => ports[field] ?? field).join(' ');
    });
}

export async function runCommands(product: Product): Promise<CommandRun> {
  const good = await startScripted(plain(httpAnswer('200 OK')));
  const agent = await startScripted(plain(({ stream }) => void stream.end('up\n')));
  const syslog = await startSyslogReceiver();
  const numbers = {
    GOOD: good.address.split(':')[1]!,
    AGENT: agent.address.split(':')[1]!,
    SHUT: `${await freePort()}`,
  };
  const values: Readonly<Record<string, string>> = { ...numbers, SYSLOG: syslog.address };
  const ports = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [number, name]));
  const config = CONFIGURATION.replace(/\$([A-Z]+)/g, (whole, name: string) => values[name] ?? whole);
  const answers = new Map<string, string>();
  const changes = new Map<string, string>();
  let proxy: ProxyProcess | undefined;
  try {
    proxy = await startProxy(product, { config });
    const running = proxy;
    const read = () => readStates(running, ports);
    await waitFor('every check and every agent to have said something', async () => {
      const rows = await showStat(running.statsSocket);
      return rows.every(
        (row) => ![row.check_status, row.agent_status].some((status) => /^(INI|\* )/.test(status ?? '')),
      );
    });
    let before = await read();
    const heard = syslog.messages().length;
    const comparable = (answer: string) =>
      answer
        .replaceAll(running.directory, 'DIR')
        .replace(/^((?:\S+ ){9})\d+ (?=\d)/gm, '$1SECONDS ')
        .replace(/\b\d{5}\b/g, (number) => ports[number] ?? number)
        // The list of commands after `Unknown command` is each program's own.
        .replace(/^ {2}[a-z].*:.*\n/gm, '');
    const note = async (name: string, socket: string, command: string) => {
      answers.set(name, comparable(await ask(socket, command)));
      const after = await read();
      changes.set(name, after.filter((row, at) => row !== before[at]).join('\n'));
      before = after;
    };
    for (const [at, command] of COMMANDS.entries()) await note(`${at} ${command}`, running.statsSocket, command);
    for (const level of ['operator', 'user']) {
      for (const command of LEVEL_COMMANDS)
        await note(`${level}: ${command}`, `${running.directory}/${level}.sock`, command);
    }
    await running.ask('disable server static/s');
    await syslog.waitForMessage(/static\/s is going DOWN/);
    return { answers, changes, log: syslog.messages().slice(heard) };
  } finally {
    await proxy?.stop();
    await Promise.all([good.close(), agent.close(), syslog.close()]);
  }
}
