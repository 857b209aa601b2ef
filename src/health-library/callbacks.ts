/** Calling what the user gave us: nothing that is thrown there, now or later, ends anything here. */
import { inspect } from 'node:util';

/** Calls `callback`, and hands what it throws, or rejects with, to `failed`. */
export function callSafely(callback: () => unknown, failed: (error: unknown) => void): void {
  try {
    const returned = callback();
    if (isThenable(returned)) Promise.resolve(returned).catch(failed);
  } catch (error) {
    failed(error);
  }
}

/** Shows an error that nobody else wants as a warning of the process. */
export function warnOf(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : inspect(error));
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
