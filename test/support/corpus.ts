/** Real configuration files, made to run on this machine: ports, names and files replaced, everything else as written. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.ts';

export interface CorpusFile {
  readonly id: string;
  readonly path: string;
  readonly text: string;
  readonly verdict: string;
}

/** Where the files are: `HAPAX_CORPUS`, or a directory beside the project; `undefined` when there are none. */
export function corpusDirectory(): string | undefined {
  const candidates = [process.env.HAPAX_CORPUS, fileURLToPath(new URL('../../../shared/corpus', import.meta.url))];
  return candidates.find((path) => path !== undefined && existsSync(join(path, 'index.tsv')));
}

/** The files of one class (`tcp only`) whose verdict is among those given; without them, all files. */
export function corpusFiles(directory: string, kind?: string, verdicts: readonly string[] = []): CorpusFile[] {
  return readFileSync(join(directory, 'index.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter(([id, own, verdict]) => id !== '' && (kind === undefined || (own === kind && verdicts.includes(verdict!))))
    .map(([id, , verdict]) => {
      const path = join(directory, `${id}.cfg`);
      return { id: id!, path, verdict: verdict!, text: readFileSync(path, 'utf8') };
    });
}

/** Features that are not there yet; a file that uses one may be refused. */
const LATER: readonly (readonly [string, RegExp])[] = [
  [
    'HTTP rules',
    /^\s*(tcp-response|use-server|http-request|http-response|redirect)\s|^\s*acl\s+\S+\s+(path|hdr|url|method|req\.hdr)/m,
  ],
  ['stick tables', /^\s*(stick|stick-table|peers)\s/m],
  ['PROXY protocol', /\s(send-proxy\S*|proxy-v2-options|accept-proxy)(\s|$)/m],
  ['resolvers', /^\s*resolvers\s|\sresolvers\s/m],
  ['TLS on bind', /^\s*bind\s.*\sssl(\s|$)/m],
];

/** Which features of a later version the file uses. */
export function laterFeatures(text: string): string[] {
  const bare = text.replace(/(^|\s)#.*$/gm, '');
  return LATER.filter(([, pattern]) => pattern.test(bare)).map(([name]) => name);
}

export interface Prepared {
  readonly text: string;
  readonly files: Readonly<Record<string, string>>;
  /** Ports the configuration listens on. */
  readonly ports: readonly number[];
}

const ERROR_PAGE = 'HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/plain\r\n\r\nsorry\n';

const SECTIONS = new Set(['global', 'defaults', 'frontend', 'backend', 'listen', 'resolvers', 'peers', 'userlist']);

/** How many descriptors a process may have here. */
const DESCRIPTORS = (() => {
  const hard = Number(spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout);
  return Number.isInteger(hard) && hard > 0 ? hard : 1_000_000;
})();

/** Replaces what belongs to another machine. `$DIR` stands for the directory of the process. */
export async function prepare(text: string, logPort: number): Promise<Prepared> {
  const ports: number[] = [];
  const files: Record<string, string> = { 'root/empty': '', 'error.http': ERROR_PAGE };
  let sockets = 0;
  const listening = async (address: string): Promise<string> => {
    if (address.startsWith('/') || address.startsWith('unix@')) return `$DIR/bind-${sockets++}.sock`;
    const range = /:(\d+)-(\d+)$/.exec(address);
    // A range becomes its first port; the corpus has none that needs more.
    const port = await freePort();
    ports.push(port);
    return range === null && !/:\d+$/.test(address) ? address : `127.0.0.1:${port}`;
  };
  let section = '';
  const line = async (source: string): Promise<string> => {
    const words = source.trim().split(/\s+/);
    if (SECTIONS.has(words[0]!)) section = words[0]!;
    const indent = /^\s*/.exec(source)?.[0] ?? '';
    const rest = (from: number) => words.slice(from).join(' ');
    switch (words[0]) {
      case 'bind': {
        const addresses = await Promise.all((words[1] ?? '').split(',').map(listening));
        return `${indent}bind ${addresses.join(',')} ${rest(2)}`.trimEnd();
      }
      case 'server': {
        const port = /:(\d+)$/.exec(words[2] ?? '')?.[1];
        return `${indent}server ${words[1]} 127.0.0.1${port === undefined ? '' : `:${port}`} ${rest(3)}`.trimEnd();
      }
      case 'stats':
        if (words[1] !== 'socket') return source;
        return words[2]?.includes(':') === true && !words[2].startsWith('/')
          ? `${indent}stats socket 127.0.0.1:${await freePort()} ${rest(3)}`.trimEnd()
          : `${indent}stats socket $DIR/own-${sockets++}.sock ${rest(3).replace(/\b(user|group) \S+/g, '')}`.trimEnd();
      case 'log':
        return words[1] === 'global' || /^(stdout|stderr|fd@)/.test(words[1] ?? '')
          ? source
          : `${indent}log 127.0.0.1:${logPort} ${rest(2)}`;
      case 'maxconn':
        // A limit of descriptors is this machine's; both programs refuse to start when it is too small.
        return section === 'global' ? `${indent}maxconn ${Math.min(Number(words[1]), DESCRIPTORS / 2 - 100)}` : source;
      case 'chroot':
        return process.getuid?.() === 0 ? `${indent}chroot $DIR/root` : '';
      case 'user':
      case 'group':
      case 'uid':
      case 'gid':
        return process.getuid?.() === 0 && words[0] === 'user' ? `${indent}user root` : '';
      case 'pidfile':
        return `${indent}pidfile $DIR/proxy.pid`;
      case 'errorfile':
        return `${indent}errorfile ${words[1]} $DIR/error.http`;
      case 'ca-base':
      case 'crt-base':
        return `${indent}${words[0]} $DIR`;
      case 'external-check':
        return words[1] === 'command' ? `${indent}external-check command /bin/true` : source;
      default:
        return source;
    }
  };
  const lines: string[] = [];
  for (const source of text.split('\n')) lines.push(await line(source));
  return { text: lines.join('\n'), files, ports };
}
