/**
 * Keywords hapax knows that HAProxy 3.4 does not list with `-dK`: its parser reads them itself, other builds or versions have
 * them, or only old files do.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const unlistedGlobal: ReadonlySet<string> = new Set([
  ...words(`
  51degrees-cache-size 51degrees-data-file 51degrees-property-name-list 51degrees-property-separator anonkey
  busy-polling cluster-secret cpu-map debug description deviceatlas-json-file deviceatlas-log-level
  deviceatlas-properties-cookie deviceatlas-separator external-check fd-hard-limit gid group
  h2-workaround-bogus-websocket-clients insecure-fork-wanted insecure-setuid-wanted limited-quic log
  log-send-hostname log-tag lua-load lua-load-per-thread lua-prepend-path max-spread-checks maxcompcpuusage
  maxcomprate maxconn maxconnrate maxpipes maxsessrate maxsslrate maxzlibmem no-quic node nogetaddrinfo noreuseport
  nosplice numa-cpu-mapping profiling.memory server-state-base server-state-file set-dumpable spread-checks
  ssl-server-verify stats-file strict-limits tune.h2.max-frames-at-once tune.lua.bool-sample-conversion
  tune.lua.burst-timeout tune.lua.forced-yield tune.lua.log.loggers tune.lua.log.stderr tune.lua.maxmem
  tune.lua.service-timeout tune.lua.session-timeout tune.lua.task-timeout tune.memory-pools
  tune.quic.backend.max-idle-timeout tune.quic.frontend.conn-tx-buffers.limit
  tune.quic.frontend.default-max-window-size tune.quic.frontend.max-idle-timeout tune.quic.frontend.max-streams-bidi
  tune.quic.max-frame-loss tune.quic.retry-threshold tune.quic.socket-owner tune.quic.zero-copy-fwd-send uid
  ulimit-n unix-bind user wurfl-cache-size wurfl-data-file wurfl-information-list wurfl-information-list-separator
  wurfl-patch-file
  `),
  'stats bind-process',
  'stats maxconn',
  'stats socket',
  'stats timeout',
]);

/** First words of lines of proxies. */
export const unlistedProxy: ReadonlySet<string> = new Set(
  words(`
  acl appsession backlog balance bind bind-process block capture cliexp cookie default-server default_backend description
  disabled dispatch dynamic-cookie-key email-alert enabled error-log-format force-persist fullconn grace
  hash-balance-factor hash-type http-after-response http-request http-response http-reuse http-send-name-header id
  ignore-persist load-server-state-from-file log log-format log-format-sd log-tag maxconn mode monitor monitor-net
  monitor-uri option persist quic-initial redirect redisp redispatch reqadd reqallow reqdel reqdeny reqiallow
  reqidel reqideny reqipass reqirep reqitarpit reqpass reqrep reqtarpit retries rspadd rspdel rspdeny rspidel
  rspideny rspirep rsprep server server-state-file-name server-template source srvexp stats stick stick-table
  transparent   unique-id-format unique-id-header use-server use_backend usesrc
  `),
);

export const unlistedOptions: ReadonlySet<string> = new Set(
  words(`
  accept-invalid-http-request accept-invalid-http-response external-check forceclose forwarded forwardfor
  http-keep-alive http-restrict-req-hdr-names http-server-close http-tunnel http_proxy httpchk httpclose httplog
  httpslog ldap-check mysql-check originalto pgsql-check redis-check redispatch smtpchk spop-check ssl-hello-chk
  tcp-check tcpka tcplog
  `),
);

/** Actions of rules, by the rule's words and the action. */
export const unlistedActions: ReadonlySet<string> = new Set(
  [
    'tcp-request connection accept reject capture track-sc expect-proxy expect-netscaler-cip attach-srv set-bc-mark set-bc-tos',
    'tcp-request session accept reject capture track-sc set-bc-mark set-bc-tos',
    'tcp-request content accept reject capture track-sc ot-group otel-group attach-srv',
    'tcp-response content accept reject close ot-group otel-group set-bc-mark set-bc-tos',
    'http-request ot-group',
    'http-response ot-group',
    'http-after-response ot-group',
  ].flatMap((line) => {
    const [rule, where, ...rest] = line.split(' ') as [string, string, ...string[]];
    return rule.startsWith('tcp-')
      ? rest.map((name) => `${rule} ${where} ${name}`)
      : [where, ...rest].map((name) => `${rule} ${name}`);
  }),
);

/** What a line of a `crt-list` file may say of its certificate. */
export const certificateOptions: ReadonlySet<string> = new Set(
  words(`
  allow-0rtt alpn ca-file ca-verify-file ciphers ciphersuites client-sigalgs crl-file curves ecdhe ktls no-alpn
  no-ca-names npn sigalgs ssl-max-ver ssl-min-ver verify
  `),
);
