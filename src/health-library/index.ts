/**
 * `hapax/health`: health checks for programs of one's own, with the dialogues and the rules of the proxy.
 *
 *     import { defaultConfig, HealthMonitor } from 'hapax/health';
 *     const monitor = new HealthMonitor(defaultConfig(), () => targets, { onHealthChange: (healthy) => route(healthy) });
 *     monitor.start();
 *     await monitor.stop();
 *
 * Times are in milliseconds. Nothing is logged. A program ends by itself once its monitors are stopped and its calls settled.
 */
export type { AgentOrders, ConnectionWish, Dialogue, Reply, Verdict } from '../protocols/dialogue.ts';
export type { CheckStatus } from '../servers/server-record.ts';
export { Checker, type OnRetry, type TargetChecker } from './checker.ts';
export { defaultConfig, defaultRetryConfig, type HealthConfig, type RetryConfig } from './configuration.ts';
export type { ConnectStep } from './connect-step.ts';
export { DialogueChecker, type DialogueOptions } from './dialogue-checker.ts';
export type { ExpectationOutcome } from './expectation-outcome.ts';
export type { ExpectedStatus } from './expected-status.ts';
export { ExternalChecker, type ExternalOptions } from './external-checker.ts';
export { HealthMonitor, type MonitorOptions, type TargetProvider } from './health-monitor.ts';
export { HttpChecker, type HttpOptions } from './http-checker.ts';
export {
  HttpDialogueChecker,
  type HttpDialogueOptions,
  HttpSequenceChecker,
  type HttpSequenceRequest,
} from './http-dialogue-checker.ts';
export type { HttpExpectation, HttpRequest } from './http-request.ts';
export {
  AgentChecker,
  type AgentOptions,
  LdapChecker,
  MysqlChecker,
  type MysqlOptions,
  PgsqlChecker,
  type PgsqlOptions,
  RedisChecker,
  SmtpChecker,
  type SmtpOptions,
  SpopChecker,
  SslHelloChecker,
  TcpChecker,
  TlsChecker,
} from './protocol-checkers.ts';
export { SequenceChecker, type SequenceStep } from './sequence-checker.ts';
export { type HealthStats, StateTracker } from './state-tracker.ts';
export type { CallOptions, CheckResult, Target } from './target.ts';
export type { TlsOptions } from './tls-options.ts';
