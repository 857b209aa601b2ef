import type { ProxyDraft } from '../draft.ts';
import { fixed, replaceWord } from '../fix.ts';
import type { ServerDraft } from '../server-draft.ts';
import type { CheckPass, PassReport } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

/** Every server of a backend has a name of its own. */
export const reportDuplicateServers: CheckPass = {
  name: 'report-duplicate-servers',
  proxy(proxy, config, report) {
    const first = new Map<string, ServerDraft>();
    let names: Names | undefined;
    for (const server of proxy.servers) {
      const other = first.get(server.name);
      if (other === undefined) {
        first.set(server.name, server);
        continue;
      }
      names ??= { taken: new Set(proxy.servers.map(({ name }) => name)), last: new Map() };
      reportDuplicate(proxy, server, other, config.strict ? undefined : names, report);
    }
  },
};

/**
 * HAProxy once ran servers of one name side by side, and took the first for whatever named them. So does hapax, under a name made
 * up for the second; `names` are those taken, none are made up without it.
 */
function reportDuplicate(
  proxy: ProxyDraft,
  server: ServerDraft,
  other: ServerDraft,
  names: Names | undefined,
  report: PassReport,
): void {
  const { name, place, span } = server;
  const where = `parsing [${place.file}:${place.line}] : ${ownerText(proxy)}`;
  const fresh = names === undefined || server.numbered ? undefined : freeName(name, names);
  report({
    code: 'duplicate-server',
    severity: fresh === undefined ? 'alert' : 'warning',
    message: `${where}, another server named '${name}' was already defined at line ${other.place.line}, please use distinct names.`,
    span,
    related: [{ ...other.place, message: 'the other one' }],
    help:
      fresh === undefined ? 'Give one of them another name.' : `Taken as "${fresh}"; "${name}" means the first one.`,
    ...fixed(fresh === undefined ? undefined : replaceWord({ text: name, span }, fresh)),
  });
  if (fresh === undefined) return;
  server.name = fresh;
  names?.taken.add(fresh);
}

function freeName(name: string, { taken, last }: Names): string {
  let number = last.get(name) ?? 2;
  while (taken.has(`${name}_${number}`)) number++;
  last.set(name, number);
  return `${name}_${number}`;
}

/** `last`: the number last tried for a name. */
interface Names {
  readonly taken: Set<string>;
  readonly last: Map<string, number>;
}
