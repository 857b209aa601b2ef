/** What a program on the server says of it: one line of words (rules and texts measured on HAProxy 2.6). */
import { CollectingCheck, emptyResponse, verdict } from './collecting-check.ts';
import { type AgentOrders, type Reply, WAIT } from './dialogue.ts';
import { checkText } from './server-text.ts';

const STATES = new Map<string, NonNullable<AgentOrders['state']>>([
  ['ready', 'ready'],
  ['drain', 'drain'],
  ['maint', 'maint'],
]);
const HEALTH = new Map<string, 'up' | 'down'>([
  ['up', 'up'],
  ['down', 'down'],
  ['stopped', 'down'],
  ['fail', 'down'],
]);

/** The meaning of an agent's line. */
export interface AgentLine {
  readonly orders: AgentOrders;
  /** The last word about health, as written, and what it means; absent when there was none. */
  readonly health?: { readonly word: string; readonly up: boolean };
  /** Behind `#`, or the first word that means nothing. */
  readonly remark: string;
  /** The first word that means nothing. */
  readonly unknown: string | undefined;
}

/** Reads words parted by blanks, tabs and commas; `#` at the beginning of a word makes the rest a remark. The last word of a kind counts. */
export function readAgentLine(line: string): AgentLine {
  let state: AgentOrders['state'];
  let weight: string | undefined;
  let maxconn: string | undefined;
  let health: AgentLine['health'];
  let unknown: string | undefined;
  let remark = '';
  const word = /[^ \t,]+/g;
  for (let match = word.exec(line); match !== null; match = word.exec(line)) {
    const text = match[0];
    if (text.startsWith('#')) {
      remark = line.slice(match.index + 1).trim();
      break;
    }
    const known = text.toLowerCase();
    if (STATES.has(known)) state = STATES.get(known);
    else if (HEALTH.has(known)) health = { word: text, up: HEALTH.get(known) === 'up' };
    else if (/^\d.*%/.test(text)) weight = text;
    else if (known.startsWith('maxconn:')) maxconn = text.slice('maxconn:'.length);
    else unknown ??= text;
  }
  const orders: AgentOrders = {
    ...(state === undefined ? {} : { state }),
    ...(weight === undefined ? {} : { weight }),
    ...(maxconn === undefined ? {} : { maxconn }),
    ...(unknown === undefined || (weight ?? maxconn) === undefined ? {} : { unclear: true }),
  };
  return { orders, ...(health === undefined ? {} : { health }), remark: unknown ?? remark, unknown };
}

/** What is said of a line without its end. */
export const INCOMPLETE = 'Ignoring incomplete line from agent';

export class AgentCheck extends CollectingCheck {
  readonly ending = 'reset';
  readonly #send: Uint8Array | undefined;

  /** `send`: the bytes of `agent-send`. */
  constructor(send: Uint8Array | undefined) {
    super();
    this.#send = send;
  }

  opened(): Reply {
    return this.#send === undefined ? WAIT : { send: this.#send };
  }

  /** What an agent has not said to the end counts for nothing. */
  override reset(): Reply {
    return WAIT;
  }

  /** Only what came without an end of line can be waited for. */
  silenceText(): string {
    return this.answer.length === 0 ? '' : INCOMPLETE;
  }

  protected judge(answer: Buffer, last: boolean): Reply | undefined {
    const end = answer.findIndex((byte) => byte === 0x0a || byte === 0x0d || byte === 0);
    // Behind a NUL nothing is read, and so no end of the line is ever found (measured).
    if (end === -1 || answer[end] === 0) {
      if (!last) return undefined;
      // The rest of a line is waited for even where the agent has closed (measured).
      return answer.length === 0 ? verdict('L7RSP', emptyResponse(2)) : WAIT;
    }
    const line = readAgentLine(answer.toString('latin1', 0, end));
    const { health, orders, remark, unknown } = line;
    if (health === undefined) {
      const text = unknown === undefined ? '' : `agent reports an error : ${unknown}`;
      return { verdict: { status: 'CHECKED', text: checkText(text), orders } };
    }
    const text = `via agent : ${health.word}${remark === '' ? '' : ` (${remark})`}`;
    return { verdict: { status: health.up ? 'L7OK' : 'L7STS', code: 0, text: checkText(text), orders } };
  }
}
