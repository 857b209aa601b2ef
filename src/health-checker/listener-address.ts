export interface ListenerAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Reads `0.0.0.0:5000`, `[::1]:5000`, `name:5000`, `:5000` (all addresses); undefined for anything else. */
export function parseListener(text: string): ListenerAddress | undefined {
  const found = /^(?:\[([\da-fA-F:.]+)\]|([^\s:[\]]*)):(\d{1,5})$/.exec(text);
  if (found === null) return undefined;
  const port = Number(found[3]);
  if (port > 65535) return undefined;
  return { host: found[1] ?? (found[2] || '0.0.0.0'), port };
}

export function formatListener({ host, port }: ListenerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
