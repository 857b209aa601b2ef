/**
 * With which long-term version of HAProxy a keyword came, for `--target`. What 2.6 has not got is known exactly (its registry
 * beside that of 3.4); where it is not certain which version in between brought it, the first after 2.6 stands here, so that
 * nothing is refused that might be fine.
 */
import type { Target } from './language-versions.ts';

export type VersionedKind = 'section' | 'global' | 'proxy' | 'option' | 'bind' | 'server' | 'action';

type Rows = Readonly<Partial<Record<Exclude<Target, '2.6'>, string>>>;

const rows: Readonly<Record<VersionedKind, Rows>> = {
  section: {
    '3.0': 'crt-store',
    '3.2': 'traces log-profile acme',
    '3.4': 'healthcheck dynamic-update',
  },
  global: {
    '2.8': `dns-accept-family expose-deprecated-directives force-cfg-parser-pause h1-do-not-close-on-insecure-transfer-encoding
      httpclient.resolvers.disabled httpclient.retries httpclient.timeout.connect max-threads-per-group prealloc-fd
      ssl-default-bind-client-sigalgs ssl-default-bind-sigalgs ssl-default-server-client-sigalgs ssl-default-server-sigalgs
      thread-hard-limit tune.disable-fast-forward tune.h2.be.initial-window-size tune.h2.be.max-concurrent-streams
      tune.h2.fe.initial-window-size tune.h2.fe.max-concurrent-streams tune.listener.default-shards
      tune.max-checks-per-thread tune.rcvbuf.backend tune.rcvbuf.frontend tune.sndbuf.backend tune.sndbuf.frontend
      tune.ssl.ocsp-update.maxdelay tune.ssl.ocsp-update.mindelay ssl-default-server-curves tune.memory.hot-size
      warn-blocked-traffic-after tune.applet.zero-copy-forwarding tune.cli.max-payload-size
      tune.defaults.purge tune.epoll.mask-events tune.events.max-events-at-once
      tune.glitches.kill.cpu-usage tune.h1.be.glitches-threshold tune.h1.fe.glitches-threshold tune.h2.log-errors
      tune.h2.be.rxbuf tune.h2.fe.rxbuf tune.h2.fe.max-rst-at-once tune.h2.fe.max-total-streams tune.max-rules-at-once
      tune.notsent-lowat.client tune.notsent-lowat.server tune.renice.runtime tune.renice.startup tune.ring.queues
      tune.ssl.certificate-compression tune.stick-counters tune.streams-elasticity tune.takeover-other-tg-connections
      stress-level jwt.decrypt_alg_list jwt.decrypt_enc_list noktls acme.scheduler ocsp-update.disable
      ocsp-update.httpproxy ocsp-update.maxdelay ocsp-update.mindelay ocsp-update.mode tune.bufsize.large tune.bufsize.small`,
    '3.0': `harden.reject-privileged-ports.quic harden.reject-privileged-ports.tcp http-err-codes http-fail-codes key-base setcap
      ssl-security-level tune.disable-zero-copy-forwarding tune.h1.zero-copy-fwd-recv tune.h1.zero-copy-fwd-send
      tune.h2.be.glitches-threshold tune.h2.fe.glitches-threshold tune.h2.zero-copy-fwd-send tune.pt.zero-copy-forwarding`,
    '3.2': 'cpu-policy cpu-set cpu-affinity',
    '3.4': 'shm-stats-file shm-stats-file-max-objects ssl-passphrase-cmd',
  },
  proxy: {
    '2.8': 'force-be-switch hash-preserve-affinity ssl-f-use filter-sequence',
    '3.0': 'guid',
    '3.2': 'log-steps quic-initial',
  },
  option: {
    '2.8': 'http-drop-request-trailers http-drop-response-trailers',
    '3.0': 'accept-unsafe-violations-in-http-request accept-unsafe-violations-in-http-response',
  },
  bind: {
    '2.8':
      'client-sigalgs sigalgs default-crt idle-ping label no-alpn no-strict-sni tls-tickets cc ktls tcp-md5sig tcp-ss',
    '3.0': 'guid-prefix nbconn',
  },
  server: {
    '2.8': `client-sigalgs sigalgs curves pool-conn-name shard renegotiate no-renegotiate cc ktls tcp-md5sig sni-auto no-sni-auto
      check-sni-auto no-check-sni-auto healthcheck`,
    '3.0': 'guid hash-key log-bufsize set-proxy-v2-tlv-fmt',
    '3.2': 'check-pool-conn-name check-reuse-pool no-check-reuse-pool idle-ping init-state strict-maxconn',
  },
  action: {
    '2.8': 'sc-add-gpc set-bandwidth-limit set-retries add-headers-bin del-headers-bin set-headers-bin',
    '3.0': 'attach-srv set-bc-mark set-bc-tos set-fc-mark set-fc-tos',
    '3.2': 'do-log pause',
  },
};

const versions: ReadonlyMap<string, Target> = new Map(
  Object.entries(rows).flatMap(([kind, byVersion]) =>
    Object.entries(byVersion).flatMap(([version, names]) =>
      names.split(/\s+/).map((name) => [`${kind} ${name}`, version as Target] as const),
    ),
  ),
);

/** The first target that has a keyword; undefined for what 2.6 has. */
export function firstTarget(kind: VersionedKind, name: string): Target | undefined {
  return versions.get(`${kind} ${name}`);
}
