/** The fetches that run: each gives, from its arguments, a function of the connection. */
import { randomBytes, randomUUID } from 'node:crypto';
import { addressBytes } from '../addresses.ts';
import type { RuleContext, RuleScope } from './context.ts';
import type { Value } from './value.ts';

/** Undefined: there is no such sample, or none yet (`incomplete` is then set). */
export type Fetcher = (context: RuleContext) => Value | undefined;

export type MakeFetcher = (args: readonly string[], scope: RuleScope) => Fetcher;

const constant =
  (value: Value | undefined): Fetcher =>
  () =>
    value;

const source: MakeFetcher = () => (context) => address(context.clientHost);
const destination: MakeFetcher = () => (context) => address(context.localHost);
const sourcePort: MakeFetcher = () => (context) => (context.clientHost === 'unix' ? undefined : context.clientPort);
const destinationPort: MakeFetcher = () => (context) => (context.localHost === 'unix' ? undefined : context.localPort);

function address(host: string): Value | undefined {
  const bytes = addressBytes(host);
  return bytes === undefined ? undefined : { bytes };
}

const requestLength: MakeFetcher = () => (context) => {
  const { length } = context.request();
  if (!context.final) context.incomplete = true;
  return length;
};

/** A part of what the client has sent; `length` 0: all there is once no more is waited for. */
const payload: MakeFetcher = ([from = '0', size = '0']) => {
  const start = Number(from);
  const length = Number(size);
  return (context) => {
    const bytes = context.request();
    if (start < 0 || length < 0) return undefined;
    const end = length === 0 ? bytes.length : start + length;
    if (end > bytes.length || start >= bytes.length || (length === 0 && !context.final)) {
      if (!context.final) context.incomplete = true;
      if (end > bytes.length || start >= bytes.length) return undefined;
    }
    return latin1(bytes.subarray(start, end));
  };
};

/** A part whose length the bytes themselves say. */
const payloadWithLength: MakeFetcher = ([lengthAt = '0', lengthSize = '0', dataAt = '']) => {
  const at = Number(lengthAt);
  const size = Number(lengthSize);
  return (context) => {
    const bytes = context.request();
    const short = () => {
      if (!context.final) context.incomplete = true;
      return undefined;
    };
    if (at + size > bytes.length) return short();
    let length = 0;
    for (let index = 0; index < size; index++) length = length * 256 + (bytes[at + index] as number);
    const relative = dataAt.startsWith('+') || dataAt.startsWith('-');
    const start = dataAt === '' ? at + size : relative ? at + size + Number(dataAt) : Number(dataAt);
    if (start < 0 || length === 0) return undefined;
    return start + length > bytes.length ? short() : latin1(bytes.subarray(start, start + length));
  };
};

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Something of a ClientHello, once it is there whole. */
const ofHello =
  (
    pick: (hello: Extract<ReturnType<RuleContext['clientHello']>, { kind: 'hello' }>) => Value | undefined,
  ): MakeFetcher =>
  () =>
  (context) => {
    const hello = context.clientHello();
    if (hello.kind === 'hello') return pick(hello);
    if (hello.kind === 'incomplete' && !context.final) context.incomplete = true;
    return undefined;
  };

const serverName = ofHello((hello) => hello.serverName);
const helloType = ofHello(() => 1);
const helloVersion = ofHello(({ version }) => (version >> 8) * 65536 + (version & 0xff));

const waitEnd: MakeFetcher = () => (context) => {
  if (context.final) return true;
  context.incomplete = true;
  return undefined;
};

/** A UUID of version 7 (RFC 9562): 48 bits of time, then chance. `now`: ms since the epoch. */
function orderedUuid(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const text = (value: string) => Buffer.from(value, 'utf8').toString('latin1');

export const fetchRunners: Readonly<Record<string, MakeFetcher>> = {
  always_true: () => constant(true),
  always_false: () => constant(false),
  wait_end: waitEnd,
  str: ([value = '']) => constant(text(value)),
  int: ([value = '0']) => constant(Number(value)),
  bool: ([value = '']) => constant(/^(true|1)$/i.test(value)),
  bin: ([value = '']) => constant(Buffer.from(value, 'hex').toString('latin1')),
  ipv4: ([value = '']) => constant(address(value)),
  ipv6: ([value = '']) => constant(address(value)),
  env: ([name = ''], scope) => {
    const value = scope.environment[name];
    return () => (value === undefined ? undefined : text(value));
  },
  hostname: (_, scope) => () => text(scope.hostname),
  date: ([offset = '', unit = ''], scope) => {
    const factor = unit === 'ms' ? 1 : unit === 'us' ? 1000 : 0.001;
    const more = Number(offset || 0);
    return () => Math.floor(scope.wallClock() * factor) + more;
  },
  rand: ([range = '']) => {
    const below = range === '' ? 2 ** 32 : Number(range);
    return () => Math.floor(Math.random() * below);
  },
  uuid: ([version = '']) => (version === '7' ? () => orderedUuid(Date.now()) : () => randomUUID()),
  pid: () => constant(process.pid),
  proc: () => constant(1),
  nbproc: () => constant(1),
  src: source,
  fc_src: source,
  dst: destination,
  fc_dst: destination,
  src_port: sourcePort,
  fc_src_port: sourcePort,
  dst_port: destinationPort,
  fc_dst_port: destinationPort,
  so_id: () => (context) => context.listenerId,
  so_name: () => (context) => (context.listenerName === '' ? undefined : context.listenerName),
  fe_id: (_, scope) => () => scope.proxyId,
  fe_name: (_, scope) => () => scope.proxyName,
  fe_defbe: (_, scope) => () => (scope.defaultBackendName === '' ? undefined : scope.defaultBackendName),
  act_conn: (_, scope) => () => scope.processConnections(),
  fe_conn: ([name = ''], scope) => figure(scope.frontend(name)?.sessions),
  fe_sess_rate: ([name = ''], scope) => figure(scope.frontend(name)?.sessionRate),
  be_conn: ([name = ''], scope) => figure(scope.backend(name)?.sessions),
  be_sess_rate: ([name = ''], scope) => figure(scope.backend(name)?.sessionRate),
  queue: ([name = ''], scope) => figure(scope.backend(name)?.queued),
  nbsrv: ([name = ''], scope) => figure(scope.backend(name)?.usableServers),
  srv_conn: ([name = ''], scope) => figure(scope.server(name)?.sessions),
  srv_sess_rate: ([name = ''], scope) => figure(scope.server(name)?.sessionRate),
  srv_queue: ([name = ''], scope) => figure(scope.server(name)?.queued),
  srv_is_up: ([name = ''], scope) => figure(scope.server(name)?.isUp),
  'req.len': requestLength,
  req_len: requestLength,
  'req.payload': payload,
  payload,
  'req.payload_lv': payloadWithLength,
  payload_lv: payloadWithLength,
  'req.ssl_sni': serverName,
  req_ssl_sni: serverName,
  'req.ssl_hello_type': helloType,
  req_ssl_hello_type: helloType,
  'req.ssl_ver': helloVersion,
  req_ssl_ver: helloVersion,
  'req.ssl_alpn': ofHello((hello) => hello.alpn),
  'req.ssl_ec_ext': ofHello((hello) => hello.hasCurves),
  'req.ssl_st_ext': ofHello((hello) => hello.sessionTicket),
};

function figure(read: (() => Value) | undefined): Fetcher {
  return read === undefined ? () => undefined : () => read();
}
