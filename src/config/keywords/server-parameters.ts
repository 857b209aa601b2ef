/** What follows the address of a `server` line, and `default-server`: the table of all its parameters. */
import type { KeywordDefinition } from '../keyword.ts';
import type { ServerDraft } from '../server-draft.ts';
import { serverAgentParameters } from './server-agent-parameters.ts';
import { serverCheckParameters } from './server-check-parameters.ts';
import { serverForeignParameters } from './server-foreign-parameters.ts';
import { serverJudgedParameters } from './server-judged-parameters.ts';
import { serverProxyHeaderParameters } from './server-proxy-header-parameters.ts';
import { serverRecentParameters } from './server-recent-parameters.ts';
import { serverSocketParameters } from './server-socket-parameters.ts';
import { serverTlsParameters } from './server-tls-parameters.ts';
import { serverTrafficParameters } from './server-traffic-parameters.ts';

export const serverParameters: readonly KeywordDefinition<ServerDraft>[] = [
  ...serverCheckParameters,
  ...serverTrafficParameters,
  ...serverSocketParameters,
  ...serverTlsParameters,
  ...serverProxyHeaderParameters,
  ...serverAgentParameters,
  ...serverForeignParameters,
  ...serverJudgedParameters,
  ...serverRecentParameters,
];
