import type { ConfigDraft, ProxyDraft } from './draft.ts';
import type { ServerCheckModel, ServerModel } from './model.ts';
import { assignNumbers } from './numbering.ts';
import { type InitialAddress, initialAddress } from './server-address.ts';
import type { ServerDraft, TlsVersion } from './server-draft.ts';

/** The servers of a proxy, numbered from 1 unless `id` says otherwise. */
export function buildServers(draft: ProxyDraft, config: ConfigDraft): readonly ServerModel[] {
  const forced = draft.servers.map((server) => server.id);
  const numbers = assignNumbers(forced, 1);
  return draft.servers.map((server, index): ServerModel => {
    const { settings } = server;
    const start = initialAddress(server, config);
    return {
      name: server.name,
      id: numbers[index]!,
      idForced: server.id !== undefined,
      ...addressOf(start),
      place: server.place,
      weight: settings.weight,
      backup: settings.backup,
      disabled: settings.disabled,
      // The limit that grows to maxconn cannot be above it.
      maxconn: Math.max(settings.maxconn, settings.minconn),
      minconn: settings.minconn,
      maxqueue: settings.maxqueue,
      slowstart: settings.slowstart,
      ...(settings.initState === undefined ? {} : { initState: settings.initState }),
      shutdownSessionsOnDown: settings.shutdownSessionsOnDown,
      shutdownBackupSessionsOnUp: settings.shutdownBackupSessionsOnUp,
      ...(settings.cookie === undefined ? {} : { cookie: settings.cookie }),
      ...connectOptions(server, draft),
      check: serverCheck(server, config),
      ...agentOf(server, start),
      ...observed(server),
      ...(server.tracked === undefined ? {} : { track: server.tracked }),
    };
  });
}

function connectOptions({ settings }: ServerDraft, proxy: ProxyDraft): Pick<ServerModel, 'source' | 'userTimeout'> {
  const chosen = settings.source ?? proxy.settings.source;
  const userTimeout = settings.userTimeout ? { userTimeout: settings.userTimeout } : {};
  if (chosen === undefined) return userTimeout;
  const { header, span, ...source } = chosen;
  return { source, ...userTimeout };
}

/** A server without an address (`init-addr none`) gets an empty one: it cannot be connected to by mistake. */
function addressOf(start: InitialAddress): Pick<ServerModel, 'address' | 'unresolved'> {
  if (start.kind === 'found') return { address: start.address };
  const port = start.kind === 'none' ? start.port : 0;
  return { address: { family: 'ipv4', host: '', port, name: start.name }, unresolved: true };
}

type ModelVersion = NonNullable<ServerCheckModel['sslMinVersion']>;

const versions: readonly TlsVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

function serverCheck(server: ServerDraft, config: ConfigDraft): ServerCheckModel {
  const { check } = server.settings;
  const { sslDefaultServer, sslServerVerifyNone } = config.global;
  const allowed = versions.filter((version) => !check.withoutVersions.includes(version));
  const lowest = later(check.minVersion ?? sslDefaultServer.minVersion, allowed[0]);
  const highest = earlier(check.maxVersion ?? sslDefaultServer.maxVersion, allowed[allowed.length - 1]);
  const ciphers = chosenCiphers(check.ciphers ?? sslDefaultServer.ciphers);
  const ciphersuites = check.ciphersuites ?? sslDefaultServer.ciphersuites;
  return {
    enabled: check.enabled,
    inter: check.inter,
    ...(check.fastinter === undefined ? {} : { fastinter: check.fastinter }),
    ...(check.downinter === undefined ? {} : { downinter: check.downinter }),
    rise: check.rise,
    fall: check.fall,
    ...(check.address === undefined ? {} : { address: check.address }),
    ...checkPort(server),
    ssl: check.ssl,
    verify: check.verify ?? (sslServerVerifyNone ? 'none' : 'required'),
    ...(check.caFile === undefined ? {} : { caFile: check.caFile }),
    ...(check.verifyhost === undefined ? {} : { verifyhost: check.verifyhost }),
    ...(check.sni === undefined ? {} : { sni: check.sni }),
    ...(check.alpn === undefined ? {} : { alpn: check.alpn }),
    ...(check.sendProxy === true ? { sendProxy: true } : {}),
    ...(check.certificate === undefined ? {} : { certificate: check.certificate }),
    ...(check.crlFile === undefined ? {} : { crlFile: check.crlFile }),
    ...(lowest === undefined ? {} : { sslMinVersion: lowest }),
    ...(highest === undefined ? {} : { sslMaxVersion: highest }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(ciphersuites === undefined ? {} : { ciphersuites }),
  };
}

/** The agent listens at its own address, else where the server does. */
function agentOf(server: ServerDraft, start: InitialAddress): Pick<ServerModel, 'agent'> {
  const { enabled, inter, address, port, send } = server.settings.agent;
  if (!enabled) return {};
  const { family, host } = address ?? addressOf(start).address;
  return { agent: { inter, address: { family, host, port }, ...(send === undefined ? {} : { send }) } };
}

/** `observe` acts on health, which only a check gives. */
function observed({ settings }: ServerDraft): Pick<ServerModel, 'observe'> {
  if (settings.observe !== 'layer4' || !settings.check.enabled) return {};
  return { observe: { limit: settings.errorLimit, action: settings.onError } };
}

/** Red Hat's `PROFILE=SYSTEM` means the policy of the system, which is what TLS uses when nothing is said. */
export function chosenCiphers(list: string | undefined): string | undefined {
  return list === 'PROFILE=SYSTEM' ? undefined : list;
}

/** `port` wins over the port of `addr`. */
function checkPort(server: ServerDraft): { readonly port?: number } {
  const { port, address } = server.settings.check;
  const found = port !== undefined && port > 0 ? port : address?.port;
  return found === undefined || found === 0 ? {} : { port: found };
}

/** Only bounds that say more than "anything" are kept. SSLv3 is nothing Node can speak. */
function later(bound: TlsVersion | undefined, allowed: TlsVersion | undefined): ModelVersion | undefined {
  const at = Math.max(
    bound === undefined ? 0 : versions.indexOf(bound),
    allowed === undefined ? 0 : versions.indexOf(allowed),
  );
  return at <= 0 ? undefined : (versions[at] as ModelVersion);
}

function earlier(bound: TlsVersion | undefined, allowed: TlsVersion | undefined): ModelVersion | undefined {
  const last = versions.length - 1;
  const at = Math.min(
    bound === undefined ? last : versions.indexOf(bound),
    allowed === undefined ? last : versions.indexOf(allowed),
  );
  return at >= last ? undefined : (versions[Math.max(at, 1)] as ModelVersion);
}
