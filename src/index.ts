/**
 * hapax as a library: read a configuration, run it, look at it, stop it.
 *
 *     import { startProxy } from 'hapax';
 *     const proxy = await startProxy({ files: ['/etc/haproxy/haproxy.cfg'] });
 *     console.log(proxy.addresses, proxy.stats());
 *     await proxy.stop();
 *
 * A running proxy keeps the process alive until `stop()` or `drain()`; `process.exit()` and an uncaught error end it with
 * the process. Nothing is logged but what the configuration says; signals stay the caller's.
 */
export type { Diagnostic, Severity } from './config/diagnostic.ts';
export { formatDiagnostics } from './config/diagnostic-writer.ts';
export {
  type LoadOptions,
  type LoadResult,
  loadConfiguration,
  loadConfigurationText,
  type TextOptions,
} from './config/load.ts';
export type * from './config/model.ts';
export type { Place, Span } from './config/place.ts';
export {
  type ProxyAddress,
  type RunningProxy,
  StartError,
  type StartProxyOptions,
  type StatRow,
  startProxy,
} from './control/start-proxy.ts';
export type { EventLine } from './logging/event-line.ts';
export { HAPAX_VERSION } from './version.ts';
