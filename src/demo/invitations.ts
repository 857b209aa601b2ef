/** What to try while the demonstration runs: commands to copy, and addresses to open. */
import { BACKEND } from './configuration.ts';

/** What the demonstration has put where. */
export interface Places {
  /** `127.0.0.1:8443`. */
  readonly address: string;
  readonly page: string;
  readonly socket: string;
  readonly ca: string;
  readonly configuration: string;
  /** How the reader calls hapax. */
  readonly hapax: string;
}

export interface Invitation {
  readonly title: string;
  /** One after the other they are the command; a shell goes on reading after `|` and after `\`, so it may be broken there. */
  readonly parts: readonly string[];
  readonly joint: ' |' | ' \\';
  /** Those with less go first where there is not enough room. */
  readonly rank: number;
}

/** A path as a word of the shell. */
function word(path: string): string {
  return /^[\w./:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The command in one line. */
export function commandLine({ parts, joint }: Invitation): string {
  return parts.join(joint === ' |' ? ' | ' : ' ');
}

/** `server` is the one to take out. */
export function invitations(places: Places, server: string): readonly Invitation[] {
  return [
    {
      title: 'The figures, as monitoring tools read them:',
      parts: ["echo 'show stat'", `nc -U ${word(places.socket)}`, "awk -F, '/backend[1-2]/ {print $2,$18,$37}'"],
      joint: ' |',
      rank: 4,
    },
    {
      title: `Take ${server} out (and back in: state ready):`,
      parts: [`echo 'set server ${BACKEND}/${server} state maint'`, `nc -U ${word(places.socket)}`],
      joint: ' |',
      rank: 3,
    },
    {
      title: 'Be a visitor:',
      parts: ['curl', `--cacert ${word(places.ca)}`, `https://${places.address}/`],
      joint: ' \\',
      rank: 1,
    },
    {
      title: 'Check the configuration, an ordinary haproxy.cfg:',
      parts: [places.hapax, `-c -f ${word(places.configuration)}`],
      joint: ' \\',
      rank: 2,
    },
  ];
}
