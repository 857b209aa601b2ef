/** `global`: what only tunes HAProxy's own process, or acts on parts hapax does not have. Accepted without effect. */

import type { GlobalDraft } from '../draft.ts';
import { placeOf, removeLine } from '../fix.ts';
import type { KeywordDefinition } from '../keyword.ts';
import { notSupportedYet } from '../not-supported.ts';
import { noEffect, notYet, removed } from './common-shapes.ts';
import { withArguments } from './global-arguments.ts';

type Definition = KeywordDefinition<GlobalDraft>;

const sections = ['global'] as const;

/** `tune.` and each of these. */
const tuneNames = `
  applet.zero-copy-forwarding buffers.limit buffers.reserve bufsize bufsize.large bufsize.small
  cli.max-payload-size comp.maxlevel defaults.purge disable-fast-forward disable-zero-copy-forwarding
  epoll.mask-events events.max-events-at-once fail-alloc fd.edge-triggered glitches.kill.cpu-usage
  h1.be.glitches-threshold h1.fe.glitches-threshold h1.zero-copy-fwd-recv h1.zero-copy-fwd-send
  h2.be.glitches-threshold h2.be.initial-window-size h2.be.max-concurrent-streams h2.be.max-frames-at-once
  h2.be.rxbuf h2.fe.glitches-threshold h2.fe.initial-window-size h2.fe.max-concurrent-streams
  h2.fe.max-frames-at-once h2.fe.max-rst-at-once h2.fe.max-total-streams h2.fe.rxbuf h2.header-table-size
  h2.initial-window-size h2.log-errors h2.max-concurrent-streams h2.max-frame-size h2.max-frames-at-once h2.zero-copy-fwd-send
  http.cookielen http.logurilen http.maxhdr idle-pool.shared idletimer listener.default-shards
  listener.multi-queue lua.bool-sample-conversion lua.burst-timeout
  lua.forced-yield lua.log.loggers lua.log.stderr lua.maxmem lua.service-timeout lua.session-timeout lua.task-timeout
  max-checks-per-thread memory-pools max-rules-at-once maxaccept maxpollevents maxrewrite memory.hot-size
  notsent-lowat.client notsent-lowat.server pattern.cache-size peers.max-updates-at-once pipesize
  pool-high-fd-ratio pool-low-fd-ratio pt.zero-copy-forwarding
  quic.backend.max-idle-timeout quic.frontend.conn-tx-buffers.limit quic.frontend.default-max-window-size
  quic.frontend.max-idle-timeout quic.frontend.max-streams-bidi quic.max-frame-loss quic.retry-threshold
  quic.socket-owner quic.zero-copy-fwd-send rcvbuf.backend rcvbuf.client rcvbuf.frontend
  rcvbuf.server recv_enough renice.runtime renice.startup ring.queues runqueue-depth sched.low-latency
  sndbuf.backend sndbuf.client sndbuf.frontend sndbuf.server ssl.cachesize ssl.capture-buffer-size
  ssl.capture-cipherlist-size ssl.certificate-compression ssl.default-dh-param ssl.force-private-cache
  ssl.hard-maxrecord ssl.keylog ssl.lifetime ssl.maxrecord ssl.ocsp-update.maxdelay ssl.ocsp-update.mindelay
  ssl.ssl-ctx-cache-size stick-counters streams-elasticity takeover-other-tg-connections vars.check-max-size
  vars.global-max-size vars.proc-max-size vars.reqres-max-size vars.sess-max-size vars.txn-max-size
`;

/** Where 16384 will not do. */
const tuneExamples: Readonly<Record<string, string | undefined>> = {
  'tune.comp.maxlevel': '1',
  'tune.fail-alloc': '0',
  'tune.http.maxhdr': '101',
  'tune.idle-pool.shared': 'on',
  'tune.listener.multi-queue': 'on',
  'tune.pool-high-fd-ratio': '80',
  'tune.pool-low-fd-ratio': '50',
  'tune.sched.low-latency': 'off',
  'tune.ssl.force-private-cache': '',
  'tune.ssl.keylog': 'on',
};

/** Of those below that want arguments. */
const settingExamples: Readonly<Record<string, string | undefined>> = {
  'close-spread-time': '10s',
  'cluster-secret': 'secret',
  'cpu-map': '1 0',
  'fd-hard-limit': '1000',
  grace: '5s',
  'h1-case-adjust': 'host Host',
  'h1-case-adjust-file': '/etc/haproxy/headers',
  'httpclient.resolvers.prefer': 'ipv4',
  'httpclient.ssl.verify': 'none',
  maxcomprate: '100',
  maxcompcpuusage: '50',
  maxpipes: '100',
  maxzlibmem: '10',
  'profiling.tasks': 'auto',
  'server-state-base': '/var/lib/haproxy',
  'thread-groups': '1',
};

const rows: readonly (readonly [because: string, names: string])[] = [
  [
    'threads and processors are placed by the system',
    `cpu-map cpu-affinity cpu-policy cpu-set max-threads-per-group thread-group thread-groups thread-hard-limit
     numa-cpu-mapping busy-polling no-memory-trimming prealloc-fd profiling.tasks profiling.memory setcap stress-level
     force-cfg-parser-pause warn-blocked-traffic-after`,
  ],
  ['hapax runs one process', 'master-worker mworker-max-reloads close-spread-time'],
  [
    'hapax chooses its own way to wait for events',
    'noepoll noevports nokqueue nopoll nosplice nogetaddrinfo set-dumpable',
  ],
  [
    'it concerns HTTP, compression or Lua only',
    `h1-accept-payload-with-any-method h1-case-adjust h1-case-adjust-file http-err-codes http-fail-codes
     h1-do-not-close-on-insecure-transfer-encoding h2-workaround-bogus-websocket-clients httpclient.resolvers.disabled
     httpclient.resolvers.id httpclient.resolvers.prefer httpclient.retries httpclient.ssl.ca-file httpclient.ssl.verify
     httpclient.timeout.connect jwt.decrypt_alg_list jwt.decrypt_enc_list maxcomprate maxcompcpuusage maxzlibmem
     lua-prepend-path`,
  ],
  [
    'hapax has no part it would act on',
    `set-var set-var-fmt localpeer insecure-setuid-wanted maxpipes server-state-base cluster-secret anonkey
     expose-experimental-directives expose-deprecated-directives pp2-never-send-local dns-accept-family
     harden.reject-privileged-ports.quic harden.reject-privileged-ports.tcp fd-hard-limit grace shm-stats-file
     shm-stats-file-max-objects stats-file limited-quic no-quic`,
  ],
  [
    'device detection concerns HTTP only',
    `51degrees-data-file 51degrees-property-name-list 51degrees-property-separator 51degrees-cache-size
     deviceatlas-json-file deviceatlas-log-level deviceatlas-separator deviceatlas-properties-cookie wurfl-data-file
     wurfl-information-list wurfl-information-list-separator wurfl-patch-file wurfl-cache-size`,
  ],
];

const negatable: ReadonlySet<string> = new Set(['busy-polling', 'set-dumpable', 'numa-cpu-mapping']);

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function tuneKeyword(name: string): Definition {
  const because = "it tunes HAProxy's own memory and event loop";
  const doc = 'Process tuning of HAProxy.';
  const definition = noEffect<GlobalDraft>({
    name,
    args: '<value>',
    sections,
    doc,
    because,
    example: `${name} ${tuneExamples[name] ?? 16384}`.trimEnd(),
  });
  return withArguments(definition);
}

/** `setenv` and the like act while the lines are read into words (lexer.ts); here they are only checked. */
function environment(name: string, args: number, doc: string): Definition {
  const example = args === 2 ? `${name} REGION west` : `${name} REGION`;
  return {
    name,
    sections,
    args: args === 2 ? '<name> <value>' : '<name>*',
    support: { kind: 'yes' },
    doc,
    examples: {
      ok: [example],
      bad: args === 2 ? [name, `${name} REGION`, `${name} A=B c`] : name === 'unsetenv' ? [name] : [],
    },
    parse(context) {
      const [variable, value] = context.args.map((word) => word.text);
      const report = (code: string, message: string) =>
        context.report({ code, message, tight: true, word: context.args[0] });
      if (name === 'unsetenv' && (variable ?? '') === '') {
        report('missing-argument', "'unsetenv' expects at least one variable name.");
      }
      if (args < 2) return;
      if ((value ?? '') === '') report('missing-argument', `'${name}' expects a name and a value.`);
      else if (variable === '' || variable!.includes('=')) {
        report('bad-variable-name', `'${name}' failed on variable '${variable}' : Invalid argument.`);
      }
    },
  };
}

export const globalTuningKeywords: readonly Definition[] = [
  ...words(tuneNames).map((name) => tuneKeyword(`tune.${name}`)),
  ...rows.flatMap(([because, names]) =>
    words(names).map((name) =>
      withArguments(
        noEffect<GlobalDraft>({
          name,
          args: '[value*]',
          sections,
          doc: 'Process setting of HAProxy.',
          because,
          negatable: negatable.has(name),
          example: `${name} ${settingExamples[name] ?? ''}`.trimEnd(),
        }),
      ),
    ),
  ),
  {
    name: 'strict-limits',
    sections,
    args: '',
    support: { kind: 'yes' },
    doc: 'Refuses to start when there are not enough open files for maxconn (the default).',
    negatable: true,
    maxArgs: 0,
    examples: { ok: ['strict-limits', 'no strict-limits'], bad: ['strict-limits 1'] },
    parse(context) {
      context.draft.strictLimits = context.line.prefix !== 'no';
    },
  },
  noEffect<GlobalDraft>({
    name: 'stats bind-process',
    args: '<range>',
    sections,
    doc: 'Process of the stats socket.',
    because: 'hapax runs one process',
    example: 'stats bind-process 1',
  }),
  environment('setenv', 2, 'Sets a variable for the lines that follow.'),
  environment('presetenv', 2, 'Sets a variable unless it is set.'),
  environment('unsetenv', 1, 'Removes variables.'),
  environment('resetenv', 1, 'Removes all variables but those named.'),
  {
    name: 'default-path',
    sections,
    args: '{ current | config | parent | origin <directory> }',
    support: { kind: 'yes' },
    doc: 'Where relative file names start; only "current" so far.',
    examples: { ok: ['default-path current'], bad: ['default-path foo', 'default-path config'] },
    parse(context) {
      const word = context.args[0];
      if (word?.text === 'current') return;
      if (word !== undefined && ['config', 'parent', 'origin'].includes(word.text)) {
        const message = notSupportedYet(`'default-path ${word.text}'`);
        context.report({ code: 'not-supported-yet', message, word, help: 'Write absolute file names.' });
        return;
      }
      const supported = "supported modes include 'current', 'config', 'parent', and 'origin'.";
      const message = `unsupported default-path mode '${word?.text ?? ''}' for 'default-path', ${supported}`;
      context.report({ code: 'unknown-keyword', message, word });
    },
  },
  removed<GlobalDraft>({
    name: 'nbproc',
    args: '<number>',
    sections,
    doc: 'Number of processes, until HAProxy 2.4.',
    message:
      'nbproc is not supported any more since HAProxy 2.5. Threads will automatically be used on multi-processor ' +
      'machines if available.',
    help: 'Remove the line: hapax runs one process.',
    fix: (context) => removeLine(placeOf(context)),
    example: 'nbproc 1',
    apply: () => {},
  }),
  removed<GlobalDraft>({
    name: 'tune.chksize',
    args: '<bytes>',
    sections,
    doc: 'Size of the buffers of checks, until HAProxy 2.4.',
    message: "option 'tune.chksize' is not supported any more (tune.bufsize is used instead).",
    tight: true,
    help: 'Remove the line.',
    fix: (context) => removeLine(placeOf(context)),
    example: 'tune.chksize 16384',
    apply: () => {},
  }),
  removed<GlobalDraft>({
    name: 'debug',
    sections,
    doc: 'Debugging output, until HAProxy 2.5.',
    message: "unknown keyword 'debug' in 'global' section",
    help: 'Remove the line: it is a switch of the command line now.',
    fix: (context) => removeLine(placeOf(context)),
    apply: () => {},
  }),
  ...['maxconnrate', 'maxsessrate'].map((name) =>
    notYet<GlobalDraft>({
      name,
      args: '<number>',
      sections,
      doc: 'Limits the rate of connections.',
      example: `${name} 100`,
    }),
  ),
  ...['server-state-file', 'unix-bind', 'lua-load', 'lua-load-per-thread'].map((name) =>
    notYet<GlobalDraft>({
      name,
      args: '<value*>',
      sections,
      doc: 'State file, socket defaults, Lua.',
      example: `${name} x`,
    }),
  ),
];
