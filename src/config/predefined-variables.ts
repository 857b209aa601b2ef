/** Variables HAProxy sets for a configuration before it reads it. */
import { hostname } from 'node:os';
import type { Environment } from './lexer.ts';

/** The formats of HAProxy's own lines, so that a `log-format` can add to them (documented since its version 2.9). */
const LOG_FORMATS: Readonly<Record<string, string>> = {
  HAPROXY_TCP_LOG_FMT: '%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq',
  HAPROXY_HTTP_LOG_FMT:
    '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r',
  HAPROXY_HTTPS_LOG_FMT:
    '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r ' +
    '%[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc',
  HAPROXY_HTTP_CLF_LOG_FMT:
    '%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq ' +
    '%CC %CS %hrl %hsl',
};

export interface Circumstances {
  /** Files read, in order. */
  readonly files: readonly string[];
  /** `-L`. */
  readonly localPeer?: string | undefined;
  /** `-W` or `-Ws`. */
  readonly masterWorker?: boolean | undefined;
  /** The version of the language, as conditions see it. */
  readonly version: string;
}

/** Adds the variables to an environment; what the user's own environment says of log formats and files wins. */
export function addPredefinedVariables(environment: Environment, circumstances: Circumstances): void {
  const { files, localPeer, masterWorker, version } = circumstances;
  environment.HAPROXY_CFGFILES ??= files.join(';');
  if (localPeer !== undefined) environment.HAPROXY_LOCALPEER = localPeer;
  environment.HAPROXY_LOCALPEER ??= hostname();
  environment.HAPROXY_STARTUP_VERSION = version;
  environment.HAPROXY_BRANCH = version.split('.').slice(0, 2).join('.');
  if (masterWorker) environment.HAPROXY_MWORKER = '1';
  for (const [name, format] of Object.entries(LOG_FORMATS)) environment[name] ??= format;
}
