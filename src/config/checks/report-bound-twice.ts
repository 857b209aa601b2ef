import type { AddressModel } from '../model.ts';
import type { Place, Span } from '../place.ts';
import type { CheckPass } from './pass.ts';
import { ownerText } from './proxy-texts.ts';

interface Bound {
  readonly owner: string;
  readonly place: Place;
}

/** One address on two sockets. HAProxy's `-c` does not look; a socket that cannot be had is noticed at the start only. */
export const reportBoundTwice: CheckPass = {
  name: 'report-bound-twice',
  run(config, report) {
    if (config.strict) return;
    const bound = new Map<string, Bound>();
    for (const proxy of config.proxies) {
      if (proxy.settings.disabled || proxy.kind === 'backend') continue;
      for (const bind of proxy.binds) {
        for (const socket of bind.sockets) {
          const found = note(socket, bind.interface, { owner: ownerText(proxy), place: bind.place });
          if (found !== undefined) tell(`'bind ${bind.text}'`, bind.place, bind.span, socket, found);
        }
      }
    }
    for (const { address, place, text } of config.global.statsSockets) {
      const found = note(address, undefined, { owner: 'the stats socket', place });
      const span = { ...place, start: 0, end: 0 };
      if (found !== undefined) tell(`'stats socket ${text}'`, place, span, address, found);
    }

    function note(socket: AddressModel, device: string | undefined, own: Bound): Bound | undefined {
      if (socket.fd !== undefined) return undefined;
      const key = [socket.family, socket.host, socket.port, device].join(' ');
      const other = bound.get(key);
      if (other === undefined) bound.set(key, own);
      return other;
    }

    function tell(what: string, place: Place, span: Span, { family, host, port }: AddressModel, other: Bound): void {
      const address = family === 'ipv6' ? `[${host}]:${port}` : family === 'ipv4' ? `${host}:${port}` : host;
      report({
        code: 'bound-twice',
        severity: 'warning',
        message: `parsing [${place.file}:${place.line}] : ${what} : ${address} is bound already by ${other.owner} at ${other.place.file}:${other.place.line}.`,
        span,
        help: 'Give one of them another port, or remove it: clients would go to one or the other by chance, if both can listen at all.',
        related: [{ ...other.place, message: 'bound here first' }],
      });
    }
  },
};
