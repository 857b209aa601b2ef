/** Finds the server a user named, or says what there is. */
import type { Model } from '../config/model.ts';
import { suggest } from '../config/suggest.ts';
import type { CheckedServer } from '../servers/check-of-server.ts';

export type FoundServer =
  | ({ readonly ok: true } & CheckedServer)
  /** Lines for the user. */
  | { readonly ok: false; readonly problem: string };

/** Longer lists are cut. */
const LISTED = 40;

interface Named extends CheckedServer {
  readonly path: string;
}

/** `name` is `BACKEND/SERVER`; names may hold slashes themselves. */
export function findServer(model: Model, name: string): FoundServer {
  const all: Named[] = model.proxies.flatMap((proxy) =>
    (proxy.backend?.servers ?? []).map((server) => ({ proxy, server, path: `${proxy.name}/${server.name}` })),
  );
  const found = all.find(({ path }) => path === name);
  if (found !== undefined) return { ok: true, proxy: found.proxy, server: found.server };
  if (all.length === 0) return { ok: false, problem: 'the configuration has no servers' };
  const { what, near, listed } = whatIsThere(model, name, all);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  const shown = listed.slice(0, LISTED).map(({ path }) => `  ${path}`);
  if (listed.length > LISTED) shown.push(`  and ${listed.length - LISTED} more`);
  const list = shown.length === 0 ? [] : ['Servers:', ...shown];
  return { ok: false, problem: [`${what}${hint}`, ...list].join('\n') };
}

interface Answer {
  readonly what: string;
  readonly near?: string | undefined;
  readonly listed: readonly Named[];
}

function whatIsThere(model: Model, name: string, all: readonly Named[]): Answer {
  const within = (backend: string) => all.filter(({ proxy }) => proxy.name === backend);
  const exact = model.proxies.filter((proxy) => proxy.name === name);
  if (exact.some(({ backend }) => backend !== undefined)) {
    const listed = within(name);
    const next = listed.length === 0 ? 'it has no servers' : 'name one of its servers';
    return { what: `'${name}' is a backend; ${next}`, listed };
  }
  if (exact.length > 0) return { what: `'${name}' is a frontend; servers stand in backends`, listed: all };
  const alone = all.filter(({ server }) => server.name === name);
  if (alone.length > 0) {
    const near = alone.length === 1 ? alone[0]?.path : undefined;
    return { what: `'${name}' is a server; name its backend too`, near, listed: alone };
  }
  const paths = (listed: readonly Named[]) =>
    suggest(
      name,
      listed.map(({ path }) => path),
    );
  // Names of backends may hold slashes, too.
  const backend = model.proxies.findLast((proxy) => proxy.backend !== undefined && name.startsWith(`${proxy.name}/`));
  if (backend !== undefined) {
    const listed = within(backend.name);
    const what = `backend '${backend.name}' has no server of that name: '${name}'`;
    return { what, near: paths(listed), listed };
  }
  return { what: `there is no server '${name}'`, near: paths(all), listed: all };
}
