/** hapax's own log, for its developers and its operators: pino's JSON on stderr. Not the logs a configuration asks for. */
import { type Logger, pino } from 'pino';
import { DescriptorWriter } from '../system/descriptor.ts';

/** Levels that HAPAX_LOG_LEVEL understands. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export type ProgramLog = Logger;

/** Level from HAPAX_LOG_LEVEL, `warn` without it. Writing never waits: what stderr does not take is lost. */
export function createProgramLog(level = process.env.HAPAX_LOG_LEVEL): ProgramLog {
  const stderr = new DescriptorWriter(2);
  return pino(
    { name: 'hapax', level: LEVELS.includes(level ?? '') ? level! : 'warn' },
    { write: (text: string) => void stderr.write(Buffer.from(text)) },
  );
}

/** A log that says nothing, for library users who gave none. */
export function silentProgramLog(): ProgramLog {
  return pino({ level: 'silent' });
}
