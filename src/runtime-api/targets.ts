/** Finds the backends and servers that commands name. */
import { leadingInteger } from '../config/leading-integer.ts';
import type { BackendRecord, ServerRecord } from '../servers/server-record.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';
import { failure, type Reply } from './command.ts';

/** A number is an id, known or not; anything else must be the name of a proxy. */
export function proxyId(view: RuntimeView, text: string): number | undefined {
  const id = leadingInteger(text);
  return id !== 0 ? id : view.model.proxies.find((proxy) => proxy.name === text)?.iid;
}

/** A backend by name, or by `#iid`. */
export function findBackend(view: RuntimeView, name: string): BackendRecord | undefined {
  const id = idOf(name);
  return view.backends.find(
    (backend) => backend !== undefined && (id === undefined ? backend.proxy.name === name : backend.proxy.iid === id),
  );
}

/** A server by `backend/server`, where either may be `#id`; or HAProxy's error. */
export function findServer(view: RuntimeView, path: string | undefined): ServerRecord | Reply {
  const slash = path?.indexOf('/') ?? -1;
  if (path === undefined || slash === -1) return failure("Require 'backend/server'.");
  const backend = findBackend(view, path.slice(0, slash));
  if (backend === undefined) return failure('No such backend.');
  const name = path.slice(slash + 1);
  const id = idOf(name);
  const server = backend.servers.find(({ model }) => (id === undefined ? model.name === name : model.id === id));
  return server ?? failure('No such server.');
}

/** Tells an error from a server. */
export function isReply(found: ServerRecord | Reply): found is Reply {
  return 'text' in found;
}

function idOf(name: string): number | undefined {
  return /^#\d+$/.test(name) ? Number(name.slice(1)) : undefined;
}
