/** How far a talk came: which of its rules were passed, as the check itself saw it. */
import type { Dialogue } from '../protocols/dialogue.ts';
import { HttpCheck } from '../protocols/http-check.ts';
import { HttpSequence } from '../protocols/http-sequence.ts';
import { TcpCheck } from '../protocols/tcp-check.ts';

export interface Progress {
  /** Of several HTTP requests: the index of the last one that was begun. */
  readonly round: number;
  /** Rules passed: steps of a tcp-check, expectations of the HTTP request under way. */
  readonly passed: number;
}

export function progressOf(talk: Dialogue | undefined): Progress {
  if (talk instanceof TcpCheck) return { round: 0, passed: talk.done };
  if (talk instanceof HttpCheck) return { round: 0, passed: talk.done };
  if (talk instanceof HttpSequence) return { round: talk.round, passed: talk.check.done };
  return { round: 0, passed: 0 };
}

/** Where a rule stands. `connected`: the connection it is about was ready. */
export function ruleState(index: number, passed: number, status: string, connected = true): string {
  if (index < passed) return 'passed';
  if (index > passed || !connected) return 'not reached';
  if (/TOUT$/.test(status)) return 'still waited for when the time was over';
  return status === 'SOCKERR' ? 'not judged' : 'NOT passed';
}
