import type { Dialogue, Reply } from './dialogue.ts';

/** A check that is content with a connection (and with the TLS handshake, where there is one). */
export class ConnectCheck implements Dialogue {
  readonly silence = 'L7TOUT';
  readonly #secured: boolean;

  /** `secured`: the connection will speak TLS, and is then closed in order. */
  constructor(secured: boolean) {
    this.#secured = secured;
  }

  get ending(): 'reset' | 'orderly' {
    return this.#secured ? 'orderly' : 'reset';
  }

  opened(secured: boolean): Reply {
    return { verdict: { status: secured ? 'L6OK' : 'L4OK', text: '' } };
  }

  received(): Reply {
    return {};
  }

  ended(): Reply {
    return {};
  }

  where(): string {
    return '';
  }
}
