/** From drafts to the model: defaults resolved, names turned into indices, everything plain data. */
import type { KeepAliveProbes } from '../system/socket-options.ts';
import { buildCheck } from './build-check.ts';
import { buildEmailAlert } from './build-email-alert.ts';
import { buildListeners } from './build-listeners.ts';
import { alwaysApplies, buildFrontendRules } from './build-rules.ts';
import { buildServers } from './build-servers.ts';
import type { ConfigDraft, GlobalDraft, ProxyDraft } from './draft.ts';
import type { BackendModel, FrontendModel, GlobalModel, Model, ProxyLogModel, ProxyModel } from './model.ts';
import { assignNumbers } from './numbering.ts';

/** HAProxy counts its own proxies first: the first one of the configuration is number 2. */
const FIRST_IID = 2;

/** Builds the model of a draft that has passed every check. */
export function buildModel(config: ConfigDraft): Model {
  const maxconn = config.maxconn ?? config.global.maxconn ?? config.maxconnDefault;
  numberProxies(config.proxies);
  const proxies = config.proxies.map((proxy) => buildProxy(proxy, config, maxconn));
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

function buildProxy(draft: ProxyDraft, config: ConfigDraft, maxconn: number): ProxyModel {
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
    ...(draft.kind === 'frontend' ? {} : { backend: buildBackend(draft, config, maxconn) }),
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
  return proxies.find((proxy) => proxy.name === name && proxy.kind !== 'frontend');
}

function buildBackend(draft: ProxyDraft, config: ConfigDraft, maxconn: number): BackendModel {
  const { settings } = draft;
  const { options } = settings;
  return {
    balance: settings.balance,
    randomDraws: settings.randomDraws,
    hashConsistent: settings.hashConsistent,
    servers: buildServers(draft, config),
    fullconn:
      settings.fullconn !== undefined && settings.fullconn > 0 ? settings.fullconn : fullconn(draft, config, maxconn),
    retries: Math.max(0, settings.retries),
    redispatch: settings.redispatch,
    allBackups: options.allbackups === true,
    abortOnClose: options.abortonclose === true,
    check: buildCheck(settings.check),
    tcpKeepAlive: options.srvtcpka === true,
    ...keepAliveProbes(settings.probes.server),
    ...(options.nolinger ? { noLinger: true } : {}),
    ...(options['tcp-smart-connect'] ? { smartConnect: true } : {}),
  };
}

/** A tenth of what the frontends that lead here accept, rounded up, at least 1. */
function fullconn(draft: ProxyDraft, config: ConfigDraft, maxconn: number): number {
  let sum = 0;
  for (const proxy of config.proxies) {
    if (proxy.kind === 'backend' || !leadsTo(proxy, draft)) continue;
    const own = proxy.settings.maxconn ?? 0;
    sum += own > 0 ? own : maxconn;
  }
  return Math.max(1, Math.ceil(sum / 10));
}

function leadsTo(frontend: ProxyDraft, backend: ProxyDraft): boolean {
  if (frontend === backend) return true;
  const names = frontend.useBackends.map((each) => each.name);
  const standard = frontend.settings.defaultBackend?.name;
  return names.includes(backend.name) || standard === backend.name;
}
