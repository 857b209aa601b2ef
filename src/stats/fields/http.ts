/** What only HTTP proxies count; frontends count requests in mode tcp too (there are none). */
import { Counter } from '../counters.ts';
import { count, type FieldBody, inHttp, on, rate, rateMax, total, zero } from '../field.ts';

function responses(name: string, counter: Counter): FieldBody {
  return { type: 'u64', tag: 'MCPP', description: `Responses of class ${name}`, ...on('fsb', inHttp(count(counter))) };
}

export const httpFields = {
  hrsp_1xx: responses('1xx', Counter.responses1xx),
  hrsp_2xx: responses('2xx', Counter.responses2xx),
  hrsp_3xx: responses('3xx', Counter.responses3xx),
  hrsp_4xx: responses('4xx', Counter.responses4xx),
  hrsp_5xx: responses('5xx', Counter.responses5xx),
  hrsp_other: responses('other', Counter.responsesOther),
  req_rate: {
    type: 'u32',
    tag: 'MRPP',
    description: 'Requests in the last second',
    ...on('f', rate(Counter.requestRate)),
  },
  req_rate_max: {
    type: 'u32',
    tag: 'MMPV',
    description: 'Highest number of requests in a second',
    ...on('f', rateMax(Counter.requestRate)),
  },
  req_tot: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Requests in all',
    ...on('f', count(Counter.requests)),
    ...on('sb', inHttp(count(Counter.requests))),
  },
  comp_in: { type: 'u64', tag: 'MCPP', description: 'Bytes given to compression', ...on('fb', zero) },
  comp_out: { type: 'u64', tag: 'MCPP', description: 'Bytes that came out of compression', ...on('fb', zero) },
  comp_byp: { type: 'u64', tag: 'MCPP', description: 'Bytes that went past compression', ...on('fb', zero) },
  comp_rsp: { type: 'u64', tag: 'MCPP', description: 'Responses that were compressed', ...on('fb', zero) },
  intercepted: {
    type: 'u64',
    tag: 'MCPP',
    description: 'Requests answered by the proxy itself',
    ...on('f', inHttp(count(Counter.intercepted))),
  },
  req_other: { type: 'u64', tag: 'MCPP', description: 'Requests in no known version of HTTP', ...on('f', zero) },
  h1req: {
    type: 'u64',
    tag: 'MCPP',
    description: 'HTTP/1 requests',
    ...on('f', (row) => (row.proxy.mode === 'http' ? total(row, Counter.requests) : 0)),
  },
  h2req: { type: 'u64', tag: 'MCPP', description: 'HTTP/2 requests', ...on('f', zero) },
  h3req: { type: 'u64', tag: 'MCPP', description: 'HTTP/3 requests', ...on('f', zero) },
} satisfies Record<string, FieldBody>;
