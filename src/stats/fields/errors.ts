/** What was denied and what went wrong. */
import { Counter } from '../counters.ts';
import { count, type FieldBody, on, zero } from '../field.ts';

export const errorFields = {
  dreq: { type: 'u64', tag: 'MCPP', description: 'Requests denied', ...on('flb', count(Counter.deniedRequests)) },
  dresp: { type: 'u64', tag: 'MCPP', description: 'Responses denied', ...on('flsb', count(Counter.deniedResponses)) },
  ereq: { type: 'u64', tag: 'MCPP', description: 'Request errors', ...on('fl', count(Counter.requestErrors)) },
  econ: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Sessions that got no connection to a server',
    ...on('sb', count(Counter.connectErrors)),
  },
  eresp: { type: 'u64', tag: 'MCPP', description: 'Response errors', ...on('sb', count(Counter.responseErrors)) },
  wretr: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Attempts to connect that were repeated',
    ...on('sb', count(Counter.retries)),
  },
  wredis: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Sessions that went on to another server',
    ...on('sb', count(Counter.redispatches)),
  },
  cli_abrt: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Sessions the client cut',
    ...on('sb', count(Counter.clientAborts)),
  },
  srv_abrt: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Sessions the server cut',
    ...on('sb', count(Counter.serverAborts)),
  },
  dcon: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Connections denied by tcp-request connection',
    ...on('fl', count(Counter.deniedConnections)),
  },
  dses: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Sessions denied by tcp-request session',
    ...on('fl', count(Counter.deniedSessions)),
  },
  wrew: { type: 'u64', tag: 'MCPP', description: 'Headers that could not be rewritten', ...on('flsb', zero) },
  eint: { type: 'u64', tag: 'MCPP', description: 'Internal errors', ...on('flsb', count(Counter.internalErrors)) },
} satisfies Record<string, FieldBody>;
