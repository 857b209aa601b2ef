/** From drafts to the model: defaults resolved, names turned into indices, everything plain data. */
import type { KeepAliveProbes } from '../system/socket-options.ts';
import { buildCheck } from './build-check.ts';
import { buildEmailAlert } from './build-email-alert.ts';
import { buildListeners } from './build-listeners.ts';
import { alwaysApplies, buildFrontendRules } from './build-rules.ts';
import { buildServers } from './build-servers.ts';
import type { ConfigDraft, GlobalDraft, ProxyDraft } from './draft.ts';
import { fastcgiProgram } from './fcgi-app.ts';
import type { BackendModel, FrontendModel, GlobalModel, Model, ProxyLogModel, ProxyModel } from './model.ts';
import { assignNumbers } from './numbering.ts';
import { backendNamed } from './proxy-index.ts';

/** HAProxy counts its own proxies first: the first one of the configuration is number 2. */
const FIRST_IID = 2;

/** Builds the model of a draft that has passed every check. */
export function buildModel(config: ConfigDraft): Model {
  const maxconn = config.maxconn ?? config.global.maxconn ?? config.maxconnDefault;
  numberProxies(config.proxies);
  const accepted = acceptedFor(config, maxconn);
  const proxies = config.proxies.map((proxy) => buildProxy(proxy, config, maxconn, accepted));
  return { global: buildGlobal(config.global, maxconn), proxies };
}

function numberProxies(proxies: readonly ProxyDraft[]): void {
  const forced = proxies.map((proxy) => proxy.id);
  const numbers = assignNumbers(forced, FIRST_IID);
  for (const [index, proxy] of proxies.entries()) {
    proxy.index = index;
    proxy.iid = numbers[index]!;
  }
}

function buildGlobal(draft: GlobalDraft, maxconn: number): GlobalModel {
  const { caBase, crtBase, maxconnSpan, sslServerVerifyNone, insecureFork, sslDefaultServer, ...model } = draft;
  return { ...model, maxconn };
}

type Accepted = ReadonlyMap<string, number>;

function buildProxy(draft: ProxyDraft, config: ConfigDraft, maxconn: number, accepted: Accepted): ProxyModel {
  const { settings } = draft;
  const emailAlert = draft.kind === 'frontend' ? undefined : buildEmailAlert(draft, config);
  return {
    kind: draft.kind === 'defaults' ? 'listen' : draft.kind,
    name: draft.name,
    index: draft.index,
    iid: draft.iid,
    place: draft.place,
    mode: settings.mode,
    disabled: settings.disabled,
    ...(draft.description === undefined ? {} : { description: draft.description }),
    timeouts: settings.timeouts,
    log: buildLog(draft, config.global),
    ...(draft.kind === 'backend' ? {} : { frontend: buildFrontend(draft, config, maxconn) }),
    ...(draft.kind === 'frontend' ? {} : { backend: buildBackend(draft, config, accepted) }),
    ...(settings.stats === undefined || settings.mode !== 'http' ? {} : { statsPage: settings.stats }),
    ...(emailAlert === undefined ? {} : { emailAlert }),
  };
}

function buildLog(draft: ProxyDraft, global: GlobalDraft): ProxyLogModel {
  const { log, options } = draft.settings;
  const tag = log.tag ?? global.logTag;
  return {
    targets: log.targets,
    line: log.line,
    dontLogNull: options.dontlognull === true,
    dontLogNormal: options['dontlog-normal'] === true,
    logAsap: options.logasap === true,
    separateErrors: options['log-separate-errors'] === true,
    logHealthChecks: options['log-health-checks'] === true,
    ...(tag === undefined ? {} : { tag }),
  };
}

function buildFrontend(draft: ProxyDraft, config: ConfigDraft, maxconn: number): FrontendModel {
  const { settings } = draft;
  const { options } = settings;
  const backend = backendOf(draft, config.proxies);
  const rules = settings.mode === 'tcp' ? buildFrontendRules(draft, config.proxies) : undefined;
  return {
    listeners: buildListeners(draft),
    maxconn: settings.maxconn === undefined || settings.maxconn <= 0 ? maxconn : settings.maxconn,
    ...(backend === undefined ? {} : { defaultBackend: backend.index }),
    ...(settings.backlog === undefined || settings.backlog <= 0 ? {} : { backlog: settings.backlog }),
    socketStats: options['socket-stats'] === true,
    rateLimit: settings.rateLimit,
    ...(settings.monitorUri === undefined || settings.mode !== 'http' ? {} : { monitorUri: settings.monitorUri }),
    ...(draft.monitorFail.length === 0 || settings.mode !== 'http' ? {} : { monitorFail: draft.monitorFail }),
    tcpKeepAlive: options.clitcpka === true,
    ...(rules === undefined ? {} : { rules }),
    ...keepAliveProbes(settings.probes.client),
    ...(options.nolinger ? { noLinger: true } : {}),
    ...(options['tcp-smart-accept'] ? { smartAccept: true } : {}),
  };
}

function keepAliveProbes(probes: KeepAliveProbes): { readonly keepAliveProbes?: KeepAliveProbes } {
  const { count = 0, idle = 0, interval = 0 } = probes;
  return count + idle + interval > 0 ? { keepAliveProbes: { count, idle, interval } } : {};
}

/** Where a frontend's connections go that no rule sends elsewhere: default_backend, else a listen itself. */
export function backendOf(draft: ProxyDraft, proxies: readonly ProxyDraft[]): ProxyDraft | undefined {
  const first = draft.useBackends[0];
  const name = first !== undefined && alwaysApplies(first) ? first.name : draft.settings.defaultBackend?.name;
  if (name === undefined) return draft.kind === 'listen' ? draft : undefined;
  return backendNamed(proxies, name);
}

function buildBackend(draft: ProxyDraft, config: ConfigDraft, accepted: Accepted): BackendModel {
  const { settings } = draft;
  const { options } = settings;
  return {
    balance: settings.balance,
    randomDraws: settings.randomDraws,
    hashConsistent: settings.hashConsistent,
    servers: buildServers(draft, config),
    // A tenth of what the frontends that lead here accept, rounded up, at least 1.
    fullconn:
      settings.fullconn !== undefined && settings.fullconn > 0
        ? settings.fullconn
        : Math.max(1, Math.ceil((accepted.get(draft.name) ?? 0) / 10)),
    retries: Math.max(0, settings.retries),
    redispatch: settings.redispatch,
    allBackups: options.allbackups === true,
    abortOnClose: options.abortonclose === true,
    check: buildCheck(settings.check),
    ...fastcgiOf(draft, config),
    ...(settings.formats.uniqueId === undefined ? {} : { uniqueId: settings.formats.uniqueId }),
    tcpKeepAlive: options.srvtcpka === true,
    ...keepAliveProbes(settings.probes.server),
    ...(options.nolinger ? { noLinger: true } : {}),
    ...(options['tcp-smart-connect'] ? { smartConnect: true } : {}),
  };
}

function fastcgiOf({ settings }: ProxyDraft, config: ConfigDraft): Pick<BackendModel, 'fastcgi'> {
  const app = settings.fcgiApp === undefined ? undefined : config.fcgiApps.get(settings.fcgiApp.name);
  return app === undefined ? {} : { fastcgi: fastcgiProgram(app) };
}

/** By the name of a backend, what the frontends that lead to it accept together. */
function acceptedFor(config: ConfigDraft, maxconn: number): Accepted {
  const sums = new Map<string, number>();
  for (const proxy of config.proxies) {
    if (proxy.kind === 'backend') continue;
    const names = new Set(proxy.useBackends.map((each) => each.name));
    if (proxy.settings.defaultBackend !== undefined) names.add(proxy.settings.defaultBackend.name);
    if (proxy.kind === 'listen') names.add(proxy.name);
    const own = proxy.settings.maxconn ?? 0;
    for (const name of names) sums.set(name, (sums.get(name) ?? 0) + (own > 0 ? own : maxconn));
  }
  return sums;
}
