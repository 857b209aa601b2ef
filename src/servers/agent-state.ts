/** What the agent of a server says: orders about its administration, weight and limit, and a word about its health. */
import { adminAfter } from './admin-change.ts';
import type { AdministrativeState } from './administrative-state.ts';
import type { OperationalState } from './operational-state.ts';
import type { ChangeSource } from './server-control.ts';
import type { ServerEntry } from './server-entry.ts';
import type { CheckResult } from './server-event.ts';
import { Oper } from './server-record.ts';
import type { StateBoard } from './state-board.ts';
import { readWeight, weightProblem } from './weight-rules.ts';

export class AgentState {
  readonly #board: StateBoard;
  readonly #operational: OperationalState;
  readonly #administrative: AdministrativeState;

  constructor(board: StateBoard, operational: OperationalState, administrative: AdministrativeState) {
    this.#board = board;
    this.#operational = operational;
    this.#administrative = administrative;
  }

  /** Agents are asked in maintenance too: only they can end what they began. */
  finished(entry: ServerEntry, result: CheckResult): void {
    const agent = entry.ownAgent;
    if (agent === undefined) return;
    agent.running = false;
    if (!entry.agentEnabled) return;
    const { state, weight, maxconn, unclear } = result.orders ?? {};
    const before = agent.status;
    // What cannot be understood, and an agent that cannot be reached, say nothing about the server. What is said counts
    // before the orders: who is told to be ready and called up in one breath comes back up (measured).
    if (result.status === 'L7OK') agent.health = agent.rise;
    else if (result.status === 'L7STS') agent.health = 0;
    if (state !== undefined) this.#administrative.change(entry, adminAfter(entry.admin, state), undefined);
    const problems = [this.#takeWeight(entry, weight), this.#takeLimit(entry, maxconn)];
    const problem = problems.find((each) => each !== undefined);
    const text = problem === undefined || unclear === true ? result.text : withWarning(result.text, problem);
    agent.status = result.status;
    agent.code = result.code;
    agent.duration = result.duration;
    agent.text = text;
    const found = { ...result, text };
    if (result.status !== 'CHECKED' && before !== agent.status) this.#board.tellCheck(entry, agent, found);
    if (entry.inMaintenance || (result.status !== 'L7OK' && result.status !== 'L7STS')) return;
    // A server that its checks are stopping is not brought back by its agent (measured).
    if (result.status === 'L7OK' && entry.oper === Oper.stopping) return;
    const verdict = result.status === 'L7OK' ? 'passed' : 'failed';
    this.#operational.follow(entry, agent, verdict, entry.proxy.log.logHealthChecks ? undefined : found);
  }

  /** By hand, until the agent is heard again. The server follows at once, whatever its checks say (measured). */
  force(entry: ServerEntry, up: boolean, from: ChangeSource): void {
    const agent = entry.ownAgent;
    if (agent === undefined) return;
    agent.health = up ? agent.rise : 0;
    this.#operational.move(entry, up ? 'up' : 'down', from);
  }

  #takeWeight(entry: ServerEntry, text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const weight = readWeight(text, entry.model.weight);
    if (typeof weight !== 'number') return weight.problem;
    const problem = weightProblem(entry, weight);
    if (problem === undefined) this.#board.setWeight(entry, weight);
    return problem;
  }

  #takeLimit(entry: ServerEntry, text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const digits = /^\d+/.exec(text)?.[0];
    if (digits === undefined) return 'maxconn string empty or preceded by garbage';
    if (digits !== text) return 'Trailing garbage in maxconn string';
    const maxconn = Math.min(Number(digits), 0x7fffffff);
    if (maxconn !== entry.maxconn) this.#board.setMaxconn(entry, maxconn);
    return undefined;
  }
}

/** What is wrong with an order is told instead of the agent's remark (measured). */
function withWarning(text: string, problem: string): string {
  return text === '' ? `agent warns : ${problem}` : `${text.replace(/ \(.*\)$/, '')} (${problem})`;
}
