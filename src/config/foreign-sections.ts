/** Sections hapax knows but does not run: those without effect on their own are passed over, the others refused. */

import { resolversWords } from './resolvers-lines.ts';

export interface ForeignSection {
  readonly name: string;
  /** HAProxy's text when the section has no name. */
  readonly unnamed: string;
  /** `none`: without effect here, lines are checked against `words` only. `not-yet`: an error. */
  readonly support: 'yes' | 'none' | 'not-yet';
  /** For `none`: why, as one clause. */
  readonly because?: string;
  readonly words: readonly string[];
  /** What HAProxy calls it in `unknown keyword 'x' in 'users' section`, when not by its name. */
  readonly shownAs?: string;
  /** For `not-yet`: its lines are looked at. */
  readonly read?: true;
  /** For `not-yet`: what to do instead. */
  readonly instead?: string;
}

const unnamed = (name: string) => `missing name for ${name} section.`;

export const foreignSections: ReadonlyMap<string, ForeignSection> = new Map(
  (
    [
      {
        name: 'userlist',
        unnamed: "'userlist' expects <name> as arguments.",
        support: 'none',
        because: 'accounts matter to rules on HTTP only',
        words: ['user', 'group'],
        shownAs: 'users',
      },
      { name: 'mailers', unnamed: unnamed('mailers'), support: 'yes', words: ['mailer', 'timeout'] },
      {
        name: 'cache',
        unnamed: "'cache' expects a <name> argument",
        support: 'none',
        because: 'hapax keeps no answers',
        words: ['total-max-size', 'max-age', 'max-object-size', 'max-secondary-entries', 'process-vary'],
      },
      {
        name: 'http-errors',
        unnamed: unnamed('http-errors'),
        support: 'none',
        because: 'hapax makes no HTTP answers for clients yet',
        words: ['errorfile'],
      },
      {
        name: 'peers',
        unnamed: unnamed('peers'),
        support: 'not-yet',
        words: [],
        instead: 'hapax has no stick tables to share yet; remove the section.',
      },
      {
        name: 'resolvers',
        unnamed: unnamed('resolvers'),
        support: 'not-yet',
        words: resolversWords,
        read: true,
        instead:
          'Names of servers are resolved once at start; remove the section and the servers\' "resolvers" parameter.',
      },
      {
        name: 'namespace_list',
        unnamed: '',
        support: 'none',
        because: "network namespaces are refused where a line asks for one with 'namespace'",
        words: ['namespace'],
      },
      { name: 'ring', unnamed: 'missing ring name.', support: 'not-yet', words: [] },
      { name: 'program', unnamed: "'program' expects an <id> argument", support: 'not-yet', words: [] },
      {
        name: 'fcgi-app',
        unnamed: "'fcgi-app' expects <name> as argument.",
        support: 'yes',
        words: ['docroot', 'index', 'path-info', 'option', 'set-param', 'pass-header', 'acl', 'log-stderr'],
      },
      { name: 'log-forward', unnamed: unnamed('ip-forward'), support: 'not-yet', words: [] },
      { name: 'log-profile', unnamed: unnamed('log-profile'), support: 'not-yet', words: [] },
      { name: 'crt-store', unnamed: '', support: 'not-yet', words: ['crt-base', 'key-base', 'load'] },
      {
        name: 'acme',
        unnamed: unnamed('acme'),
        support: 'not-yet',
        words: [
          'account-key',
          'acme-vars',
          'bits',
          'challenge',
          'challenge-ready',
          'contact',
          'curves',
          'directory',
          'dns-delay',
          'dns-timeout',
          'eab-key-id',
          'eab-mac-alg',
          'eab-mac-key',
          'keytype',
          'map',
          'profile',
          'provider-name',
          'reuse-key',
        ],
      },
      {
        name: 'traces',
        unnamed: '',
        support: 'none',
        because: "it shows what goes on inside of HAProxy's own code",
        words: ['trace'],
      },
      {
        name: 'healthcheck',
        unnamed: unnamed('healthcheck'),
        support: 'yes',
        words: ['type', 'http-check', 'tcp-check'],
      },
      { name: 'dynamic-update', unnamed: '', support: 'not-yet', words: [] },
    ] satisfies readonly ForeignSection[]
  ).map((section) => [section.name, section]),
);
