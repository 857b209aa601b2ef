import type { AddressModel } from '../config/model.ts';
import type { TlsSessionPlace } from './dialer.ts';

/**
 * The TLS session of a server's last check, as HAProxy keeps one. It is offered to the same address under the same name only:
 * whoever resumes it need not show a certificate again.
 */
export class LastTlsSession {
  #key = '';
  #place: TlsSessionPlace = { session: undefined };

  with({ host, port }: AddressModel, sni: string | undefined): TlsSessionPlace {
    const key = `${host} ${port} ${sni ?? ''}`;
    if (key !== this.#key) {
      this.#key = key;
      this.#place = { session: undefined };
    }
    return this.#place;
  }
}
