/** Every keyword hapax knows, one table a kind of draft. Adding a keyword means adding a row to one of these files. */
import type { BindDraft } from '../bind-draft.ts';
import { createTable, type KeywordTable } from '../dispatch.ts';
import type { GlobalDraft, ProxyDraft } from '../draft.ts';
import type { ServerDraft } from '../server-draft.ts';
import { bindKeywords } from './bind.ts';
import { bindParameters } from './bind-parameters.ts';
import { checkKeywords } from './checks.ts';
import { serverKeywords } from './server.ts';
import { serverParameters } from './server-parameters.ts';
import { statsSocketKeywords } from './stats-socket.ts';

/** Lines of `global`. */
export const globalTable: KeywordTable<GlobalDraft> = createTable([...statsSocketKeywords]);

/** Lines of `defaults`, `frontend`, `backend` and `listen`. */
export const proxyTable: KeywordTable<ProxyDraft> = createTable([...bindKeywords, ...serverKeywords, ...checkKeywords]);

/** What follows the addresses of a `bind` line. */
export const bindTable: KeywordTable<BindDraft> = createTable(bindParameters);

/** What follows the address of a `server` line, and a `default-server` line. */
export const serverTable: KeywordTable<ServerDraft> = createTable(serverParameters);
