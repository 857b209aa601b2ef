/** What log-format aliases stand for in rules of health checks (measured on HAProxy 2.6). */
import { addressBytes } from '../addresses.ts';
import type { RuleContext, RuleScope } from './context.ts';
import type { Aliases, AliasValue } from './log-format.ts';
import type { IpAddress } from './value.ts';

/** The frontend of HAProxy's own that checks run in. */
const FRONTEND = 'CHECKS-FE';

const text = (value: string) => () => ({ value });
const bare = (value: string) => () => ({ value, bare: true });
const nothing = () => ({ value: undefined });
const unwritten = () => ({ value: '', bare: true });
const zero = () => ({ value: 0 });

const sessions = (_: RuleContext, scope: RuleScope): AliasValue => ({ value: scope.backend('')?.sessions() ?? 0 });
const serverSessions = ({ server }: RuleContext, scope: RuleScope): AliasValue => ({
  value: (server === undefined ? undefined : scope.server(server.name)?.sessions()) ?? 0,
});

function address(host: string | undefined): IpAddress | string | undefined {
  const bytes = host === undefined ? undefined : addressBytes(host);
  return bytes === undefined ? host : { bytes };
}

// There is no request: what is said of one is what log lines say of a bad one.
const badRequest = text('<BADREQ>');

/** Of the process. */
let numbersGiven = 0;

const universal = (_: RuleContext, scope: RuleScope): AliasValue => ({
  value: universalDate(scope.wallClock()),
  bare: true,
});
const local = (_: RuleContext, scope: RuleScope): AliasValue => ({ value: localDate(scope.wallClock()), bare: true });
const stamped = (_: RuleContext, scope: RuleScope): AliasValue => ({
  value: stampedDate(scope.wallClock()),
  bare: true,
});

export const checkAliases: Aliases = {
  B: bare('+0'),
  CC: nothing,
  CS: nothing,
  H: (_, scope) => ({ value: Buffer.from(scope.hostname, 'utf8').toString('latin1') }),
  HM: badRequest,
  HP: badRequest,
  HPO: badRequest,
  HQ: badRequest,
  HU: badRequest,
  HV: badRequest,
  ID: nothing,
  ST: zero,
  T: universal,
  TR: bare('-1'),
  Ta: bare('+1'),
  Tc: bare('-1'),
  Td: bare('-1'),
  Th: bare('-1'),
  Ti: zero,
  Tl: local,
  Tq: bare('-1'),
  Tr: bare('-1'),
  Ts: (_, scope) => ({ value: Math.floor(scope.wallClock() / 1000), hex: 8 }),
  Tt: bare('+0'),
  Tu: bare('+0'),
  Tw: bare('-1'),
  U: zero,
  ac: zero,
  b: ({ backend }) => ({ value: backend?.name }),
  bc: sessions,
  bq: zero,
  ci: nothing,
  cp: nothing,
  f: text(FRONTEND),
  fc: zero,
  fi: nothing,
  fp: nothing,
  ft: text(FRONTEND),
  hr: unwritten,
  hrl: unwritten,
  hs: unwritten,
  hsl: unwritten,
  lc: () => ({ value: 0, hex: 4 }),
  ms: (_, scope) => ({ value: Math.floor(scope.wallClock() % 1000), hex: 3 }),
  pid: () => ({ value: process.pid, hex: 4 }),
  r: badRequest,
  rc: zero,
  // Each use has a number of its own. HAProxy counts the strings it makes, those without anything to fill in too.
  rt: () => ({ value: ++numbersGiven, hex: 4 }),
  s: ({ server }) => ({ value: server?.name }),
  sc: serverSessions,
  si: ({ server }) => ({ value: address(server?.host), hex: 8 }),
  sp: ({ server }) => ({ value: server?.port, hex: 4 }),
  sq: zero,
  sslc: nothing,
  sslv: nothing,
  t: stamped,
  tr: stamped,
  trg: universal,
  trl: local,
  ts: bare('PR'),
  tsc: bare('PR--'),
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number) => String(value).padStart(2, '0');

/** `21/Nov/2026:10:18:12 +0000` */
function universalDate(ms: number): string {
  const date = new Date(ms);
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

function localDate(ms: number): string {
  const offset = -new Date(ms).getTimezoneOffset();
  const size = Math.abs(offset);
  return `${localSeconds(ms)} ${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

/** With milliseconds, in local time. */
function stampedDate(ms: number): string {
  return `${localSeconds(ms)}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;
}

function localSeconds(ms: number): string {
  const date = new Date(ms);
  const day = `${two(date.getDate())}/${MONTHS[date.getMonth()]}/${date.getFullYear()}`;
  return `${day}:${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
