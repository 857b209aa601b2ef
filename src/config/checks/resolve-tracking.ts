import type { ConfigDraft, ProxyDraft } from '../draft.ts';
import { backendNamed } from '../proxy-index.ts';
import type { ServerDraft } from '../server-draft.ts';
import type { CheckPass, PassReport } from './pass.ts';
import { serverFrame } from './proxy-texts.ts';

/** Finds the servers that `track` names, and notes them in the draft. */
export const resolveTracking: CheckPass = {
  name: 'resolve-tracking',
  run(config, report) {
    for (const proxy of config.proxies) {
      if (proxy.settings.disabled) continue;
      for (const server of proxy.servers) {
        if (server.settings.track !== undefined) resolve(proxy, server, server.settings.track.text, config, report);
      }
    }
  },
};

function resolve(proxy: ProxyDraft, server: ServerDraft, text: string, config: ConfigDraft, report: PassReport): void {
  const found = findTracked(proxy, server, text, config);
  if (typeof found !== 'string') server.tracked = found;
  else {
    const span = server.settings.track?.span ?? server.span;
    report({ code: 'bad-track', message: `${serverFrame(proxy, server)}${found}`, span });
  }
}

/** The position of the server to follow, or HAProxy's complaint. */
function findTracked(
  proxy: ProxyDraft,
  server: ServerDraft,
  text: string,
  config: ConfigDraft,
): NonNullable<ServerDraft['tracked']> | string {
  const slash = text.lastIndexOf('/');
  const proxyName = slash < 0 ? proxy.name : text.slice(0, slash);
  const name = text.slice(slash + 1);
  const other = slash < 0 ? proxy : backendNamed(config.proxies, proxyName);
  if (other === undefined) return `unable to find required proxy '${proxyName}' for tracking.`;
  const found = other.servers.filter((each) => each.name === name);
  const [target] = found;
  if (target === undefined) return `unable to find required server '${name}' for tracking.`;
  const targetName = `${other.name}/${name}`;
  if (found.length > 1) return `Refusing to use duplicated server '${name}' found in proxy: ${other.name}!`;
  if (!target.settings.check.enabled && !target.settings.agent.enabled && target.settings.track === undefined) {
    return `unable to use ${targetName} for tracking as it does not have any check nor agent enabled.`;
  }
  if (target === server || leadsTo(target, server, config)) {
    const self = `${proxy.name}/${server.name}`;
    return `unable to track ${targetName} as it belongs to a tracking chain looping back to ${self}.`;
  }
  if (finishesOn404(proxy) !== finishesOn404(other)) {
    // Without the blank, as HAProxy has it.
    return `unable to use ${targetName} fortracking: disable-on-404 option inconsistency.`;
  }
  return { proxy: config.proxies.indexOf(other), server: other.servers.indexOf(target) };
}

/** `http-check disable-on-404`, where it is not ignored. */
function finishesOn404({ settings: { check } }: ProxyDraft): boolean {
  return check.disableOn404 && (check.selected.kind === 'http' || check.selected.kind === 'connect');
}

/** Follows the links found so far. */
function leadsTo(from: ServerDraft, to: ServerDraft, config: ConfigDraft): boolean {
  let at: ServerDraft | undefined = from;
  while (at?.tracked !== undefined) {
    at = config.proxies[at.tracked.proxy]?.servers[at.tracked.server];
    if (at === to) return true;
  }
  return false;
}
