/** The TLS handshake of a check in lines. */
import type { ServerCheckModel } from '../config/model.ts';
import { failureText } from './failure-text.ts';
import { readableText } from './readable-bytes.ts';
import type { ConnectionStory } from './recording-dialer.ts';
import { row } from './report-row.ts';
import type { TlsFacts } from './tls-facts.ts';

/** `connected`: when the handshake began, in ms since dialling. */
export function tlsLines(story: ConnectionStory, connected: number, check: ServerCheckModel): string[] {
  const { tls, failure, secured } = story;
  const refused = secured === undefined ? failure : undefined;
  const problem = refused && `refused: ${refused.mismatch ?? failureText(refused)}`;
  const at = secured ?? failure?.at;
  const time = at === undefined ? undefined : at - connected;
  const lines: string[] = [];
  if (tls === undefined) lines.push(row('tls', problem ?? 'no end of the handshake', time), ...askedLines(story));
  else {
    const alpn = tls.alpn === undefined ? '' : `, ALPN ${tls.alpn}`;
    lines.push(
      row('tls', `${tls.version}, ${tls.cipher}${alpn}`, time),
      ...askedLines(story),
      ...certificateLines(tls),
    );
    if (problem !== undefined) lines.push(row('', problem));
    else if (secured !== undefined) lines.push(row('', trustText(story, check)));
  }
  return lines;
}

/** What the server was told in clear. */
function askedLines({ asked }: ConnectionStory): string[] {
  if (asked === undefined) return [];
  const name = asked.name === undefined ? 'no name was asked for (SNI)' : `asked for ${readableText(asked.name)} (SNI)`;
  const alpn = asked.protocols === undefined ? '' : `, offered ALPN ${asked.protocols.map(readableText).join(', ')}`;
  return [row('', `${name}${alpn}`)];
}

function certificateLines({ certificate, chain }: TlsFacts): string[] {
  if (certificate === undefined) return [row('', 'no certificate')];
  const names = certificate.names === undefined ? 'no names' : certificate.names;
  return [
    row('', `certificate ${readableText(certificate.subject)}; ${readableText(names)}`),
    row('', `valid from ${certificate.from} to ${certificate.to}${validityText(certificate)}`),
    row('', `chain ${chain.map(readableText).join(' <- ')}`),
  ];
}

const DAY = 86_400_000;

/** What a reader would have to work out. */
function validityText({ from, to }: { readonly from: string; readonly to: string }): string {
  const now = Date.now();
  const days = (time: number) => {
    const count = Math.floor(Math.abs(time - now) / DAY);
    return count === 0 ? 'less than a day' : count === 1 ? '1 day' : `${count} days`;
  };
  const [begins, ends] = [Date.parse(from), Date.parse(to)];
  if (ends < now) return `, EXPIRED ${days(ends)} ago`;
  if (begins > now) return `, NOT YET VALID for ${days(begins)}`;
  return Number.isNaN(ends) ? '' : `, ${days(ends)} left`;
}

function trustText({ verifies, distrust, asked }: ConnectionStory, { caFile, verifyhost }: ServerCheckModel): string {
  if (!verifies) {
    const would = distrust === undefined ? '' : `; verification would say: ${distrust}`;
    return `not verified ('verify none')${would}`;
  }
  const by = caFile === undefined ? '' : ` by ca-file ${caFile}`;
  const name = asked?.name ?? verifyhost;
  const held =
    name === undefined ? 'for any name (neither check-sni nor verifyhost is set)' : `for ${readableText(name)}`;
  return `verified${by}, ${held}`;
}
