/** `set weight` and `set server ... weight`: what the text means, and whether the backend can follow. */
import type { ServerControl } from '../servers/server-control.ts';
import type { ServerRecord } from '../servers/server-record.ts';
import { readWeight, weightProblem } from '../servers/weight-rules.ts';
import { done, failure, type Reply } from './command.ts';

/** Gives the server the weight that `text` says, or answers why not. */
export function changeWeight(control: ServerControl, server: ServerRecord, text: string | undefined): Reply {
  if (text === undefined) return failure('Require <weight> or <weight%>.');
  const weight = readWeight(text, server.model.weight);
  if (typeof weight !== 'number') return failure(weight.problem);
  const problem = weightProblem(server, weight);
  if (problem !== undefined) return failure(problem);
  control.setWeight(server, weight);
  return done;
}
