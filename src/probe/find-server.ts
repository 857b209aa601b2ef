/** Finds the server a user named, or says what there is. */
import type { Model, ProxyModel, ServerModel } from '../config/model.ts';
import { suggest } from '../config/suggest.ts';

export type FoundServer =
  | { readonly ok: true; readonly proxy: ProxyModel; readonly server: ServerModel }
  /** Lines for the user. */
  | { readonly ok: false; readonly problem: string };

/** Longer lists are cut. */
const LISTED = 40;

/** `name` is `BACKEND/SERVER`; names may hold slashes themselves. */
export function findServer(model: Model, name: string): FoundServer {
  const all = model.proxies.flatMap((proxy) =>
    (proxy.backend?.servers ?? []).map((server) => ({ proxy, server, path: `${proxy.name}/${server.name}` })),
  );
  const found = all.find(({ path }) => path === name);
  if (found !== undefined) return { ok: true, proxy: found.proxy, server: found.server };
  if (all.length === 0) return { ok: false, problem: 'the configuration has no servers' };
  const paths = all.map(({ path }) => path);
  const inBackend = all.filter(({ proxy }) => proxy.name === name || name.startsWith(`${proxy.name}/`));
  const listed = inBackend.length > 0 ? inBackend.map(({ path }) => path) : paths;
  const near = suggest(name, paths);
  const what =
    inBackend.length > 0 && !name.includes('/')
      ? `'${name}' is a backend; name one of its servers`
      : inBackend.length > 0
        ? `backend '${inBackend[0]?.proxy.name}' has no server of that name: '${name}'`
        : `there is no server '${name}'`;
  const hint = near === undefined || !name.includes('/') ? '' : `; did you mean '${near}'?`;
  const shown = listed.slice(0, LISTED).map((path) => `  ${path}`);
  if (listed.length > LISTED) shown.push(`  and ${listed.length - LISTED} more`);
  return { ok: false, problem: [`${what}${hint}`, 'Servers:', ...shown].join('\n') };
}
