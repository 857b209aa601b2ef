/**
 * With which long-term version of HAProxy a keyword came, for `--target`. What 2.6 has not got is known exactly (its registry
 * beside that of 3.4); where it is not certain which version in between brought it, the first after 2.6 stands here, so that
 * nothing is refused that might be fine.
 */
import type { Target } from './language-versions.ts';

export type VersionedKind =
  | 'section'
  | 'global'
  | 'proxy'
  | 'option'
  | 'stats'
  | 'timeout'
  | 'bind'
  | 'server'
  | 'action'
  | 'fetch'
  | 'converter';

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
      ocsp-update.httpproxy ocsp-update.maxdelay ocsp-update.mindelay ocsp-update.mode tune.bufsize.large tune.bufsize.small
      tune.h2.be.max-frames-at-once tune.h2.fe.max-frames-at-once tune.h2.max-frames-at-once
      tune.lua.bool-sample-conversion tune.lua.burst-timeout tune.lua.log.loggers tune.lua.log.stderr anonkey stats-file
      limited-quic no-quic tune.quic.backend.max-idle-timeout tune.quic.frontend.conn-tx-buffers.limit
      tune.quic.frontend.default-max-window-size tune.quic.frontend.max-idle-timeout
      tune.quic.frontend.max-streams-bidi tune.quic.max-frame-loss tune.quic.retry-threshold tune.quic.socket-owner
      tune.quic.zero-copy-fwd-send`,
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
    '2.8': 'forwarded http-drop-request-trailers http-drop-response-trailers',
    '3.0': 'accept-unsafe-violations-in-http-request accept-unsafe-violations-in-http-response',
  },
  stats: { '2.8': 'show-version' },
  timeout: { '2.8': 'client-hs handshake' },
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
  fetch: {
    '2.8': `accept_date bc.timer.connect bc_err_name bc_glitches bc_nb_streams bc_reused bc_rtt bc_rttvar
      bc_settings_streams_limit bs.aborted bs.debug_str bs.id bs.rst_code cur_client_timeout
      cur_connect_timeout cur_queue_timeout cur_tarpit_timeout fc.timer.handshake fc.timer.total fc_err_name
      fc_glitches fc_nb_streams fc_pp_tlv fc_saved_syn fc_settings_streams_limit fs.aborted fs.debug_str fs.id
      fs.rst_code req.ssl_cipherlist req.ssl_keyshare_groups req.ssl_sigalgs req.ssl_supported_groups act_conn
      bc_be_queue bc_srv_queue be_connect_timeout be_queue_timeout be_tarpit_timeout fe_tarpit_timeout acl
      cpu_usage_grp cpu_usage_proc cpu_usage_thr dump_all_vars last_entity pid quic_enabled spoe.engine-id
      term_events tgroup uptime waiting_entity ssl_bc_client_early_traffic_secret
      ssl_bc_client_handshake_traffic_secret ssl_bc_client_traffic_secret_0 ssl_bc_curve
      ssl_bc_early_exporter_secret ssl_bc_exporter_secret ssl_bc_server_handshake_traffic_secret
      ssl_bc_server_traffic_secret_0 ssl_bc_sni ssl_c_r_dn ssl_c_san ssl_fc_crtname ssl_fc_curve
      ssl_fc_early_rcvd ssl_fc_sigalgs_bin ssl_fc_supported_versions_bin bytes_in bytes_out req.bytes_in
      req.bytes_out req.cook_names req.timer.hdr req.timer.idle req.timer.queue req.timer.tq request_date
      res.bytes_in res.bytes_out res.cook_names res.timer.data res.timer.hdr server_status txn.conn_retries
      txn.id32 txn.redispatched txn.sess_term_state txn.status txn.timer.total txn.timer.user sc_glitch_cnt
      sc_glitch_rate sc_key src_glitch_cnt src_glitch_rate sc0_glitch_cnt sc0_glitch_rate sc0_key
      sc1_glitch_cnt sc1_glitch_rate sc1_key sc2_glitch_cnt sc2_glitch_rate sc2_key`,
  },
  converter: {
    '2.8': `date ms_ltime ms_utime reverse reverse_dom us_ltime us_utime when aes_cbc_dec aes_cbc_enc aes_gcm_enc
      base2 le2dec eth.data eth.dst eth.hdr eth.proto eth.src eth.vlan fe_exists ip.data ip.df ip.dst ip.fp
      ip.hdr ip.proto ip.src ip.tos ip.ttl ip.ver jwt_decrypt_cert jwt_decrypt_jwk jwt_decrypt_secret
      jwt_verify_cert param rfc7239_field rfc7239_is_valid rfc7239_n2nn rfc7239_n2np rfc7239_nn rfc7239_np
      srv_is_up tcp.dst tcp.flags tcp.options.mss tcp.options.sack tcp.options.tsopt tcp.options.tsval
      tcp.options.wscale tcp.options.wsopt tcp.options_list tcp.seq tcp.src tcp.win x509_v_err_str map_beg_key
      map_dir_key map_dom_key map_end_key map_int_key map_ip_key map_reg_key map_str_key map_sub_key
      table_clr_gpc table_clr_gpc0 table_clr_gpc1 table_glitch_cnt table_glitch_rate table_inc_gpc
      table_inc_gpc0 table_inc_gpc1`,
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
