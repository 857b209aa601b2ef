import type { ProxyDraft } from '../draft.ts';
import { proxyKindText } from '../section-draft.ts';
import type { ServerDraft } from '../server-draft.ts';

/** `backend 'b'`; a listen is a `proxy` in HAProxy's messages. */
export function ownerText(proxy: ProxyDraft): string {
  return `${proxyKindText(proxy.kind)} '${proxy.name}'`;
}

/** What stands before a message about a server: its place and its full name. */
export function serverFrame(proxy: ProxyDraft, server: ServerDraft): string {
  return `[${server.place.file}:${server.place.line}] : 'server ${proxy.name}/${server.name}' : `;
}
