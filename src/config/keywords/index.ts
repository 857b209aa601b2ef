/** Every keyword hapax knows, one table a kind of draft. Adding a keyword means adding a row to one of these files. */
import type { BindDraft } from '../bind-draft.ts';
import { createTable, type KeywordTable } from '../dispatch.ts';
import type { GlobalDraft, ProxyDraft } from '../draft.ts';
import type { KeywordDefinition } from '../keyword.ts';
import type { ServerDraft } from '../server-draft.ts';
import { aclKeyword } from './acl.ts';
import { balanceKeywords } from './balance.ts';
import { bindKeywords } from './bind.ts';
import { bindParameters } from './bind-parameters.ts';
import { checkKeywords } from './checks.ts';
import { emailAlertKeywords } from './email-alert.ts';
import { fastcgiKeyword } from './fastcgi.ts';
import { globalKeywords } from './global.ts';
import { globalProcessKeywords } from './global-process.ts';
import { globalTlsKeywords } from './global-tls.ts';
import { globalTuningKeywords } from './global-tuning.ts';
import { httpOnlyKeywords } from './http-only.ts';
import { removedHttpKeywords } from './http-removed.ts';
import { keepAliveKeywords } from './keep-alive.ts';
import { globalLoggingKeywords, loggingKeywords } from './logging.ts';
import { notYetKeywords } from './not-yet.ts';
import { optionKeywords } from './options.ts';
import { httpOptionKeywords } from './options-http.ts';
import { proxyKeywords } from './proxy.ts';
import { serverKeywords } from './server.ts';
import { serverParameters } from './server-parameters.ts';
import { sourceKeywords } from './source.ts';
import { statsKeywords } from './stats.ts';
import { statsSocketKeywords } from './stats-socket.ts';
import { switchingKeywords } from './switching.ts';
import { tcpRuleKeywords } from './tcp-rules.ts';
import { timeoutKeywords } from './timeouts.ts';

/** Lines of `global`. */
export const globalTable: KeywordTable<GlobalDraft> = createTable([
  ...globalProcessKeywords,
  ...globalKeywords,
  ...globalLoggingKeywords,
  ...statsSocketKeywords,
  ...globalTlsKeywords,
  ...globalTuningKeywords,
]);

const builtKeywords: readonly KeywordDefinition<ProxyDraft>[] = [
  ...proxyKeywords,
  aclKeyword,
  ...switchingKeywords,
  ...tcpRuleKeywords,
  ...bindKeywords,
  ...balanceKeywords,
  ...serverKeywords,
  ...checkKeywords,
  fastcgiKeyword,
  ...timeoutKeywords,
  ...optionKeywords,
  ...httpOptionKeywords,
  ...keepAliveKeywords,
  ...sourceKeywords,
  ...emailAlertKeywords,
  ...loggingKeywords,
  ...statsKeywords,
  ...httpOnlyKeywords,
  ...removedHttpKeywords,
];

const built: ReadonlySet<string> = new Set(builtKeywords.map((definition) => definition.name));

/** Lines of `defaults`, `frontend`, `backend` and `listen`. What is built wins over its row in not-yet.ts. */
export const proxyTable: KeywordTable<ProxyDraft> = createTable([
  ...builtKeywords,
  ...notYetKeywords.filter((definition) => !built.has(definition.name)),
]);

/** What follows the addresses of a `bind` line. */
export const bindTable: KeywordTable<BindDraft> = createTable(bindParameters);

/** What follows the address of a `server` line, and a `default-server` line. */
export const serverTable: KeywordTable<ServerDraft> = createTable(serverParameters);
