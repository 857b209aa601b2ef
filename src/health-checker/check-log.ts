/** The checker's own log: pino's JSON on stderr, at the levels its flag names. */
import { type Logger, pino } from 'pino';
import { DescriptorWriter } from '../system/descriptor.ts';

/** The flag's levels, and pino's; pino has nothing above `fatal`. */
const LEVELS = {
  panic: 'fatal',
  fatal: 'fatal',
  error: 'error',
  warning: 'warn',
  info: 'info',
  debug: 'debug',
} as const;

export type CheckLogLevel = keyof typeof LEVELS;
export const CHECK_LOG_LEVELS = Object.keys(LEVELS) as CheckLogLevel[];

/** Writing never waits: what stderr does not take is lost. */
export function createCheckLog(level: CheckLogLevel): Logger {
  const stderr = new DescriptorWriter(2);
  return pino(
    {
      level: LEVELS[level],
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (name) => ({ level: name === 'warn' ? 'warning' : name }) },
    },
    { write: (text: string) => void stderr.write(Buffer.from(text)) },
  );
}
