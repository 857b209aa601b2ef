/** PROXY headers of version 2 before checks; nothing in them is chance, as ports are in those of version 1. */
import { answer, plain } from '../support/scripted-server.ts';
import type { CheckScenario } from './check-scenarios.ts';

const page = plain(answer('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'));

const proxied = (name: string, server: string, lines: readonly string[] = ['option httpchk']): CheckScenario => ({
  name: `proxy_${name}`,
  lines,
  server: `check ${server}`,
  first: page,
});

const rule = (connect: string): readonly string[] => [
  'option httpchk',
  `http-check ${connect}`,
  'http-check send uri /x',
];

export const proxyScenarios: readonly CheckScenario[] = [
  // The first of them is where the frontend leads, so no header may go before its traffic.
  proxied('none', ''),
  proxied('v2', 'send-proxy-v2'),
  proxied('v2_connect_only', 'send-proxy-v2', []),
  proxied('v2_of_both', 'send-proxy-v2 send-proxy'),
  proxied('v2_ssl', 'send-proxy-v2-ssl'),
  proxied('v2_ssl_cn', 'send-proxy-v2-ssl-cn'),
  proxied('v2_taken_back', 'send-proxy-v2 no-send-proxy-v2-ssl'),
  proxied('option_crc32c', 'send-proxy-v2 proxy-v2-options crc32c'),
  proxied('option_crc32c_ssl', 'proxy-v2-options crc32c proxy-v2-options cert-key send-proxy-v2'),
  proxied('option_unique_id', 'send-proxy-v2 proxy-v2-options unique-id,authority'),
  proxied('port', 'send-proxy-v2 port $PORT'),
  proxied('addr', 'send-proxy-v2 addr 127.0.0.1'),
  proxied('port_insisted', 'send-proxy-v2 port $PORT check-send-proxy'),
  proxied('rule', 'send-proxy-v2', rule('connect send-proxy')),
  proxied('rule_port', 'send-proxy-v2-ssl port $PORT', rule('connect send-proxy port $PORT')),
  proxied('rule_default', 'send-proxy-v2', rule('connect default')),
  proxied('rule_default_port', 'send-proxy-v2', rule('connect default port $PORT')),
  proxied('rule_default_elsewhere', 'send-proxy-v2 port $PORT', rule('connect default')),
  proxied('rule_without', 'send-proxy-v2 check-send-proxy', rule('connect')),
  proxied('tcp_rule', 'send-proxy-v2', [
    'option tcp-check',
    'tcp-check connect send-proxy',
    'tcp-check send "GET / HTTP/1.0\\r\\n\\r\\n"',
    'tcp-check expect string hello',
  ]),
];
