/** What a program that starts says of the options of its sockets: what was refused, what takes privileges, what its engine lacks. */
import type { ListenerModel, Model, ProxyModel, ServerModel } from '../config/model.ts';
import { isIp } from '../system/address-family.ts';
import { systemErrorText } from '../system/error-text.ts';
import { FAMILY_NUMBER } from '../system/socket-address.ts';
import {
  applyBeforeConnect,
  applyKeepAlive,
  type ConnectSocketOptions,
  type ListenerSocketOptions,
  type OptionFailure,
} from '../system/socket-options.ts';
import type { Syscalls } from '../system/syscalls.ts';
import { listenerSocketOptions, serverSocketOptions } from '../traffic/socket-plan.ts';
import type { EngineName } from './choose-engine.ts';
import type { OptionRefusal } from './shared-listeners.ts';

/** A warning about a listener that goes without an option, in HAProxy's words where it has some. */
export function refusalText(model: Model, { proxy, listener, failure }: OptionRefusal): string {
  const owner = model.proxies[proxy]!;
  const { place, address } = owner.frontend!.listeners[listener]!;
  const kind = owner.kind === 'listen' ? 'proxy' : owner.kind;
  const early = failure.option === 'interface' || failure.option === 'transparent';
  const where = `${early ? 'Binding' : 'Starting'} [${place.file}:${place.line}] for ${kind} ${owner.name}`;
  return `${where}: ${complaint(failure)} for [${address.host}:${address.port}]`;
}

function complaint(failure: OptionFailure): string {
  const { option, value } = failure;
  if (option === 'interface') return `cannot bind receiver to device '${value}' (${why(failure)})`;
  if (option === 'mss') return `cannot set MSS to ${value}`;
  if (option === 'transparent')
    return `cannot take connections to addresses that are not of this machine (${why(failure)})`;
  return `cannot set '${option}'${value === undefined ? '' : ` to ${value}`} (${why(failure)})`;
}

/** The errno in words, and what was missing. */
function why({ code, privilege }: OptionFailure): string {
  return systemErrorText(code) + (privilege === undefined ? '' : `; it takes ${privilege}`);
}

/** Servers whose connections come from an interface, or from addresses that are not ours: HAProxy wants root for these. */
export function privilegedServers(model: Model): readonly string[] {
  return serversOf(model)
    .filter(({ server }) => server.source?.interface !== undefined || server.source?.useSource !== undefined)
    .map(({ proxy, server }) => `${proxy.name}/${server.name}`);
}

/** Tries the options of every server on a socket that goes nowhere. Returns a warning for each that would not work. */
export function serverOptionProblems(model: Model, calls: Syscalls): readonly string[] {
  const problems: string[] = [];
  for (const { proxy, server } of serversOf(model)) {
    const { family } = server.address;
    const options = serverSocketOptions(server, proxy.backend!, false);
    if (options === undefined || !isIp(family)) continue;
    const fd = calls.socket(FAMILY_NUMBER[family]);
    if (fd < 0) return problems;
    const fatal = applyBeforeConnect(calls, fd, family, options);
    const failures = fatal === undefined ? [] : [fatal];
    if (options.keepAlive !== undefined) failures.push(...applyKeepAlive(calls, fd, options.keepAlive));
    calls.close(fd);
    const { file, line } = server.place;
    const name = `[${file}:${line}] : 'server ${proxy.name}/${server.name}'`;
    for (const failure of failures) problems.push(`${name} : ${serverComplaint(failure)}`);
  }
  return problems;
}

function serverComplaint(failure: OptionFailure): string {
  const { option, value } = failure;
  if (option === 'interface') return `connections cannot be bound to interface '${value}' (${why(failure)}).`;
  if (option === 'transparent') return `connections cannot come from an address that is not ours (${why(failure)}).`;
  return `cannot set '${option}'${value === undefined ? '' : ` to ${value}`} (${why(failure)}).`;
}

/** What Node's own sockets leave out of this configuration, as one sentence; undefined when that is nothing. */
export function nodeSocketGaps(model: Model, engine: EngineName): string | undefined {
  const gaps = new Map<string, string>();
  const note = (names: readonly string[], where: string) => {
    for (const name of names) if (!gaps.has(name)) gaps.set(name, where);
  };
  for (const proxy of model.proxies) {
    // Statistics pages are served by Node whatever moves the bytes of the others.
    if (proxy.disabled || (engine === 'linux' && proxy.mode === 'tcp')) continue;
    for (const listener of proxy.frontend?.listeners ?? [])
      note(listenerGaps(proxy, listener), `bind of '${proxy.name}'`);
  }
  if (engine === 'node') {
    for (const { proxy, server } of serversOf(model)) {
      note(serverGaps(proxy, server), `server '${proxy.name}/${server.name}'`);
    }
  }
  if (gaps.size === 0) return undefined;
  const list = [...gaps].map(([gap, where]) => `${gap} (${where})`).join(', ');
  const who = engine === 'node' ? 'the node engine goes' : 'statistics pages go';
  return `${who} without options of sockets that only the linux engine sets: ${list}.`;
}

function listenerGaps(proxy: ProxyModel, listener: ListenerModel): readonly string[] {
  const options = listenerSocketOptions(listener, proxy.frontend!, 0) ?? {};
  const names: Readonly<Record<keyof ListenerSocketOptions, string | undefined>> = {
    interface: 'interface',
    transparent: 'transparent',
    mss: 'mss',
    userTimeout: 'tcp-ut',
    deferAccept: 'defer-accept',
    fastOpen: 'tfo',
    delayedAck: 'option tcp-smart-accept',
    noLinger: undefined,
    keepAlive: probeGap('clitcpka', options.keepAlive),
  };
  return present(options, names);
}

function serverGaps(proxy: ProxyModel, server: ServerModel): readonly string[] {
  const options = serverSocketOptions(server, proxy.backend!, true) ?? {};
  const names: Readonly<Record<keyof ConnectSocketOptions, string | undefined>> = {
    interface: 'source ... interface',
    transparent: 'source ... usesrc',
    userTimeout: 'tcp-ut',
    delayedAck: 'option tcp-smart-connect',
    keepAlive: probeGap('srvtcpka', options.keepAlive),
  };
  return present(options, names);
}

/** Node knows when probes begin, and nothing else of them. */
function probeGap(
  name: string,
  probes: { readonly count?: number; readonly interval?: number } = {},
): string | undefined {
  const missing = [...(probes.count ? [`${name}-cnt`] : []), ...(probes.interval ? [`${name}-intvl`] : [])];
  return missing.length === 0 ? undefined : missing.join(' and ');
}

function present<Options extends object>(
  options: Options,
  names: Readonly<Record<keyof Options, string | undefined>>,
): readonly string[] {
  return (Object.keys(options) as (keyof Options)[]).flatMap((key) => names[key] ?? []);
}

function serversOf(model: Model): readonly { readonly proxy: ProxyModel; readonly server: ServerModel }[] {
  return model.proxies
    .filter((proxy) => !proxy.disabled && proxy.mode === 'tcp')
    .flatMap((proxy) => (proxy.backend?.servers ?? []).map((server) => ({ proxy, server })));
}
