import { type LoadResult, loadConfigurationText, type TextOptions } from '../../src/config/load.ts';
import type { Model, ProxyModel, ServerModel } from '../../src/config/model.ts';

/** Names that these tests resolve; every other one has no address. */
const HOSTS: Readonly<Record<string, readonly { readonly address: string; readonly family: 4 | 6 }[]>> = {
  'four.example': [{ address: '192.0.2.4', family: 4 }],
  'six.example': [{ address: '2001:db8::6', family: 6 }],
  'both.example': [
    { address: '2001:db8::6', family: 6 },
    { address: '192.0.2.4', family: 4 },
  ],
};

/** Loads `t.cfg` from lines, with an empty environment and a resolver that knows `HOSTS` alone. */
export function loadLines(lines: readonly string[], options: TextOptions = {}): Promise<LoadResult> {
  return loadConfigurationText(`${lines.join('\n')}\n`, 't.cfg', {
    env: {},
    maxconnDefault: 1000,
    lookup: async (name) => {
      const addresses = HOSTS[name];
      return addresses === undefined ? { ok: false, code: 'ENOTFOUND' } : { ok: true, addresses };
    },
    ...options,
  });
}

const FRAME = ['defaults', 'timeout connect 1s', 'timeout client 1s', 'timeout server 1s', 'mode tcp'];
const FRONTEND = ['frontend f', 'bind 127.0.0.1:9001', 'default_backend b'];

/** Loads a `backend b` of these lines (its first stands on line 10) behind a frontend. */
export function loadBackend(lines: readonly string[], options: TextOptions = {}): Promise<LoadResult> {
  return loadLines([...FRAME, ...FRONTEND, 'backend b', ...lines], options);
}

/** Warnings and alerts without `config : `, first lines only. */
export function messages(result: LoadResult): readonly string[] {
  return result.diagnostics
    .filter((each) => each.severity === 'alert' || each.severity === 'warning')
    .map((each) => each.message.replace(/^config : /, '').split('\n')[0]!);
}

/** The model, or an error that shows why there is none. */
export function modelOf(result: LoadResult): Model {
  if (result.model === undefined) throw new Error(messages(result).join('\n'));
  return result.model;
}

/** A proxy of the model by name. */
export function proxyOf(result: LoadResult, name: string): ProxyModel {
  const proxy = modelOf(result).proxies.find((each) => each.name === name && each.kind !== 'frontend');
  if (proxy === undefined) throw new Error(`no proxy ${name}`);
  return proxy;
}

/** The servers of `backend b`. */
export function serversOf(result: LoadResult): readonly ServerModel[] {
  return proxyOf(result, 'b').backend?.servers ?? [];
}
