/** `hapax probe`: its options, and what it answers to wrong ones. */
import { Command, CommanderError, Option } from 'commander';
import { lookupHost } from '../../config/address-resolution.ts';
import { formatDiagnostics } from '../../config/diagnostic-writer.ts';
import type { HostLookup } from '../../config/draft.ts';
import { loadConfiguration } from '../../config/load.ts';
import type { Resolution } from '../../probe/report.ts';
import { type EarlySignals, print } from '../run.ts';

interface Parsed {
  readonly file: readonly string[];
  readonly watch?: true;
}

const EXAMPLES = `
Examples:
  hapax probe web/a -f haproxy.cfg
  hapax probe web/a -f haproxy.cfg --watch

Exits with 0 when the check passed, and with 1 when it failed or could not be done.
`;

/** Addresses that nobody has (RFC 5737, RFC 3849). */
const NOWHERE: HostLookup = {
  ok: true,
  addresses: [
    { address: '192.0.2.1', family: 4 },
    { address: '2001:db8::1', family: 6 },
  ],
};

/** Returns the exit code. */
export async function probe(args: readonly string[], signals: EarlySignals): Promise<number> {
  const program = new Command('hapax probe')
    .description('Runs the health check of one server now, as the proxy does, and shows each stage with its time.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(1, text), writeErr: (text) => print(2, text) })
    .allowExcessArguments(false)
    .argument('<backend/server>', 'whom to check')
    .addOption(
      new Option('-f, --file <path>', 'a haproxy.cfg, or a folder of them; repeatable')
        .argParser((path: string, all: readonly string[] | undefined) => [...(all ?? []), path])
        .makeOptionMandatory(),
    )
    .option('--watch', "check again every 'inter' of the server, until Ctrl-C")
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', EXAMPLES);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  const { file: files, watch } = program.opts<Parsed>();
  const resolutions = new Map<string, Resolution>();
  const result = await loadConfiguration({
    files,
    async lookup(name) {
      const startedAt = performance.now();
      const answer = await lookupHost(name);
      resolutions.set(name, {
        name,
        time: performance.now() - startedAt,
        addresses: answer.ok ? answer.addresses.map(({ address }) => address) : [],
        ...(answer.ok ? {} : { problem: answer.code }),
      });
      // The others can be probed though this one cannot; what is said of it comes from above.
      return answer.ok ? answer : NOWHERE;
    },
  });
  if (result.model === undefined) {
    print(2, formatDiagnostics(result));
    return 1;
  }
  const [{ findServer }, { runProbe }, { paint }] = await Promise.all([
    import('../../probe/find-server.ts'),
    import('../../probe/run-probe.ts'),
    import('../../probe/paint.ts'),
  ]);
  const found = findServer(result.model, program.args[0] ?? '');
  if (!found.ok) {
    print(2, `hapax probe: ${found.problem}\n`);
    return 1;
  }
  const control = new AbortController();
  signals.onSignal((signal) => {
    if (['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'].includes(signal)) control.abort();
  });
  // Whoever read has gone: nobody is watching any more.
  process.stdout.on('error', () => control.abort());
  const coloured = process.stdout.isTTY === true && process.stdout.hasColors();
  return runProbe({
    model: result.model,
    proxy: found.proxy,
    server: found.server,
    watch: watch === true,
    resolution: (name) => resolutions.get(name),
    write: (text) => void process.stdout.write(coloured ? paint(text) : text),
    signal: control.signal,
  });
}
