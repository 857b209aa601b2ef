import { buildCheck } from './build-check.ts';
import type { ConfigDraft, Mutable, ProxyDraft } from './draft.ts';
import type { AddressModel, AgentModel, AgentPlace, ServerCheckModel, ServerModel, SourceModel } from './model.ts';
import { assignNumbers } from './numbering.ts';
import { type InitialAddress, initialAddress } from './server-address.ts';
import {
  type AgentSettings,
  agentPort,
  type ServerDraft,
  type ServerSettings,
  type SourceDraft,
  type TlsVersion,
} from './server-draft.ts';

/** The servers of a proxy, numbered from 1 unless `id` says otherwise. */
export function buildServers(draft: ProxyDraft, config: ConfigDraft): readonly ServerModel[] {
  const forced = draft.servers.map((server) => server.id);
  const numbers = assignNumbers(forced, 1);
  return draft.servers.map((server, index) => buildServer(server, numbers[index]!, draft, config));
}

// What is seldom said is put in only then: spreads for each of it are half of the time of a long list.
function buildServer(server: ServerDraft, id: number, draft: ProxyDraft, config: ConfigDraft): ServerModel {
  const { settings } = server;
  const start = initialAddress(server, config);
  const model: Mutable<ServerModel> = {
    name: server.name,
    id,
    idForced: server.id !== undefined,
    address: addressOf(start),
    place: server.place,
    weight: settings.weight,
    backup: settings.backup,
    disabled: settings.disabled,
    // The limit that grows to maxconn cannot be above it.
    maxconn: Math.max(settings.maxconn, settings.minconn),
    minconn: settings.minconn,
    maxqueue: settings.maxqueue,
    slowstart: settings.slowstart,
    shutdownSessionsOnDown: settings.shutdownSessionsOnDown,
    shutdownBackupSessionsOnUp: settings.shutdownBackupSessionsOnUp,
    check: serverCheck(server, config),
  };
  if (start.kind !== 'found') model.unresolved = true;
  if (settings.initState !== undefined) model.initState = settings.initState;
  if (settings.cookie !== undefined) model.cookie = settings.cookie;
  const source = settings.source ?? draft.settings.source;
  if (source !== undefined) model.source = sourceOf(source);
  if (settings.userTimeout) model.userTimeout = settings.userTimeout;
  if (settings.agent.enabled) model.agent = agentOf(settings.agent);
  const place = agentPlace(settings);
  if (place !== undefined) model.agentPlace = place;
  // `observe` acts on health, which only a check gives.
  if (settings.observe === 'layer4' && settings.check.enabled) {
    model.observe = { limit: settings.errorLimit, action: settings.onError };
  }
  if (server.tracked !== undefined) model.track = server.tracked;
  return model;
}

function sourceOf({ header, span, ...source }: SourceDraft): SourceModel {
  return source;
}

/** A server without an address (`init-addr none`) gets an empty one: it cannot be connected to by mistake. */
function addressOf(start: InitialAddress): AddressModel {
  if (start.kind === 'found') return start.address;
  const port = start.kind === 'none' ? start.port : 0;
  return { family: 'ipv4', host: '', port, name: start.name };
}

type ModelVersion = NonNullable<ServerCheckModel['sslMinVersion']>;

const versions: readonly TlsVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

function serverCheck(server: ServerDraft, config: ConfigDraft): ServerCheckModel {
  const { check } = server.settings;
  const { sslDefaultServer, sslServerVerifyNone } = config.global;
  const model: Mutable<ServerCheckModel> = {
    enabled: check.enabled,
    inter: check.inter,
    rise: check.rise,
    fall: check.fall,
    ssl: check.ssl,
    verify: check.verify ?? (sslServerVerifyNone ? 'none' : 'required'),
  };
  if (check.fastinter !== undefined) model.fastinter = check.fastinter;
  if (check.downinter !== undefined) model.downinter = check.downinter;
  if (check.address !== undefined) model.address = check.address;
  if (check.port) model.port = check.port;
  if (check.caFile !== undefined) model.caFile = check.caFile;
  if (check.verifyhost !== undefined) model.verifyhost = check.verifyhost;
  if (check.sni !== undefined) model.sni = check.sni;
  if (check.alpn !== undefined) model.alpn = check.alpn;
  const protocol = check.protocol ?? server.settings.protocol;
  if (protocol !== undefined && protocol !== 'none') model.protocol = protocol;
  const facts = check.proxyHeader?.facts;
  const elsewhere = model.address !== undefined || model.port !== undefined;
  if (check.sendProxy || (facts !== undefined && !elsewhere)) model.sendProxy = true;
  if (facts?.includes('v2')) model.proxyHeaderV2 = { ssl: facts.includes('ssl'), crc32c: facts.includes('crc32c') };
  if (check.sniAuto ?? sslDefaultServer.sniAuto) model.sniAuto = true;
  if (check.socks4 !== undefined) model.socks4 = check.socks4.address;
  if (check.viaSocks4) model.viaSocks4 = true;
  const section = check.section === undefined ? undefined : config.healthchecks.get(check.section.text);
  if (section !== undefined) model.own = buildCheck(section.settings.check);
  if (check.certificate !== undefined) model.certificate = check.certificate;
  if (check.crlFile !== undefined) model.crlFile = check.crlFile;
  const minVersion = check.minVersion ?? sslDefaultServer.minVersion;
  const maxVersion = check.maxVersion ?? sslDefaultServer.maxVersion;
  // Beside bounds HAProxy passes over what is excepted, and says so.
  const bounded = minVersion !== undefined || maxVersion !== undefined;
  const excepted = [...check.withoutVersions, ...(sslDefaultServer.withoutVersions ?? [])];
  const allowed = allowedVersions(bounded ? [] : excepted);
  const lowest = later(minVersion, allowed[0]);
  const highest = earlier(maxVersion, allowed[allowed.length - 1]);
  if (lowest !== undefined) model.sslMinVersion = lowest;
  if (highest !== undefined) model.sslMaxVersion = highest;
  const ciphers = chosenCiphers(check.ciphers ?? sslDefaultServer.ciphers);
  if (ciphers !== undefined) model.ciphers = ciphers;
  const ciphersuites = check.ciphersuites ?? sslDefaultServer.ciphersuites;
  if (ciphersuites !== undefined) model.ciphersuites = ciphersuites;
  const curves = check.curves ?? sslDefaultServer.curves;
  if (curves !== undefined) model.curves = curves;
  const sigalgs = check.sigalgs ?? sslDefaultServer.sigalgs;
  if (sigalgs !== undefined) model.sigalgs = sigalgs;
  if (check.freshSessions ?? sslDefaultServer.freshSessions) model.freshSessions = true;
  if (check.withoutTickets ?? sslDefaultServer.withoutTickets) model.withoutTickets = true;
  return model;
}

function allowedVersions(without: readonly TlsVersion[]): readonly TlsVersion[] {
  return without.length === 0 ? versions : versions.filter((version) => !without.includes(version));
}

function agentOf({ inter, send }: AgentSettings): AgentModel {
  return { inter, ...(send === undefined ? {} : { send }) };
}

/** What is said of checks goes for the agent too, where nothing is said of that. */
function agentPlace({ agent, check }: ServerSettings): AgentPlace | undefined {
  const address = agent.address ?? check.address;
  const port = agentPort({ agent, check });
  if (address === undefined && port === 0) return undefined;
  return { port, ...(address === undefined ? {} : { address }) };
}

/** Red Hat's `PROFILE=SYSTEM` means the policy of the system, which is what TLS uses when nothing is said. */
export function chosenCiphers(list: string | undefined): string | undefined {
  return list === 'PROFILE=SYSTEM' ? undefined : list;
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
