import { type Dialogue, type Reply, WAIT } from '../protocols/dialogue.ts';

/** The same dialogue, which may be the user's own: what it throws goes to `broke` instead of into a socket's event. */
export function guardedDialogue(dialogue: Dialogue, broke: (error: unknown) => void): Dialogue {
  const attempt = <T>(act: () => T, otherwise: T): T => {
    try {
      return act();
    } catch (error) {
      broke(error);
      return otherwise;
    }
  };
  const reply = (act: () => Reply): Reply => attempt(act, WAIT) ?? WAIT;
  return {
    get first() {
      return dialogue.first;
    },
    get silence() {
      return dialogue.silence;
    },
    get ending() {
      return dialogue.ending;
    },
    opened: (secured, protocol) => reply(() => dialogue.opened(secured, protocol)),
    received: (chunk) => reply(() => dialogue.received(chunk)),
    ended: () => reply(() => dialogue.ended()),
    reset: () => reply(() => dialogue.reset?.() ?? WAIT),
    silenceText: () => attempt(() => dialogue.silenceText?.() ?? dialogue.where(), ''),
    where: () => attempt(() => dialogue.where(), ''),
  };
}
