/** Feeds a dialogue the way a server would, whole or in pieces, and gathers what came of it. */
import type { Dialogue, Reply, Verdict } from '../../../src/protocols/dialogue.ts';

export interface Outcome {
  /** `STATUS/code 'text'`, or `waits`. */
  readonly result: string;
  /** Everything that was sent, one character a byte. */
  readonly sent: string;
}

/** What a server does: bytes it sends, or `END` for its FIN. */
export type ServerAct = string | Buffer | typeof END;
export const END = Symbol('end');

/** Plays a server's acts to the dialogue, cut into pieces of at most `piece` bytes. */
export function talk(dialogue: Dialogue, acts: readonly ServerAct[], piece = Number.POSITIVE_INFINITY): Outcome {
  let sent = '';
  let verdict: Verdict | undefined;
  const obey = (reply: Reply): void => {
    if (verdict !== undefined) throw new Error('a reply after the verdict');
    if (reply.send !== undefined) sent += Buffer.from(reply.send).toString('latin1');
    if (reply.verdict !== undefined) verdict = reply.verdict;
    else if (reply.reconnect !== undefined) {
      sent += `<connect ${JSON.stringify(reply.reconnect)}>`;
      obey(dialogue.opened(false));
    }
  };
  obey(dialogue.opened(false));
  for (const act of acts) {
    if (act === END) {
      if (verdict === undefined) obey(dialogue.ended());
      continue;
    }
    const bytes = Buffer.isBuffer(act) ? act : Buffer.from(act, 'latin1');
    for (let at = 0; at < bytes.length && verdict === undefined; at += piece) {
      obey(dialogue.received(bytes.subarray(at, Math.min(bytes.length, at + piece))));
    }
  }
  return { result: show(verdict), sent };
}

/** Plays the acts once with one cut at every place, and once byte by byte; every way must come out as the whole did. */
export function talkInEveryWay(make: () => Dialogue, acts: readonly ServerAct[]): Outcome {
  const whole = talk(make(), acts);
  const ways = [talk(make(), acts, 1), ...everyCut(acts).map((cut) => talk(make(), cut))];
  for (const way of ways) {
    if (way.result !== whole.result || way.sent !== whole.sent) {
      throw new Error(`in pieces ${way.result} (sent ${way.sent}), whole ${whole.result} (sent ${whole.sent})`);
    }
  }
  return whole;
}

function everyCut(acts: readonly ServerAct[]): ServerAct[][] {
  const cuts: ServerAct[][] = [];
  acts.forEach((act, index) => {
    if (act === END) return;
    const bytes = Buffer.isBuffer(act) ? act : Buffer.from(act, 'latin1');
    // A long answer is cut at its ends only; the middle of it is all alike.
    for (let at = 1; at < bytes.length; at++) {
      if (bytes.length > 600 && at > 100 && at < bytes.length - 100) continue;
      cuts.push([...acts.slice(0, index), bytes.subarray(0, at), bytes.subarray(at), ...acts.slice(index + 1)]);
    }
  });
  return cuts;
}

function show(verdict: Verdict | undefined): string {
  return verdict === undefined ? 'waits' : `${verdict.status}/${verdict.code ?? ''} '${verdict.text}'`;
}
