/** A frontend and a backend of one name: HAProxy up to 3.2 takes them for two, and refuses them since. */
import type { DiagnosticLog } from './diagnostic-log.ts';
import type { ConfigDraft, ProxyDraft } from './draft.ts';
import { type Fix, fixed, replaceWord, type TextEdit } from './fix.ts';
import type { Line } from './keyword.ts';
import { isBefore } from './language-versions.ts';
import { proxyKindText } from './section-draft.ts';

/** Says so of every such pair; `lines` are those of all files, for the references that a new name has to reach. */
export function reportSharedNames(config: ConfigDraft, lines: Iterable<Line>, log: DiagnosticLog): void {
  const { strict, target } = config;
  if (strict && target !== undefined && isBefore(target, '3.4')) return;
  const first = new Map<string, ProxyDraft>();
  for (const proxy of config.proxies) {
    const other = first.get(proxy.name);
    if (other === undefined) first.set(proxy.name, proxy);
    else if (other.kind !== proxy.kind && other.kind !== 'listen' && proxy.kind !== 'listen') {
      log.add(sharedName(other, proxy, strict, renamed(proxy.name, config, lines)));
    }
  }
}

function sharedName(other: ProxyDraft, proxy: ProxyDraft, strict: boolean, fix: Fix | undefined) {
  const { file, line } = proxy.place;
  const place = `${other.place.file}:${other.place.line}`;
  return {
    code: 'shared-name',
    severity: strict ? 'alert' : 'warning',
    message:
      `config : Parsing [${file}:${line}]: ${proxyKindText(proxy.kind)} '${proxy.name}' has the same name as ` +
      `${proxyKindText(other.kind)} '${other.name}' declared at ${place}. This is no longer supported as of 3.3. ` +
      'Please rename one or the other.',
    span: proxy.span,
    parsing: true,
    related: [{ ...other.place, message: 'the other one' }],
    help: 'Lines that name a backend mean the backend; the two are told apart here.',
    ...fixed(fix),
  } as const;
}

/** Another name for the backend, where it is named on lines that choose a backend alone. */
function renamed(name: string, config: ConfigDraft, lines: Iterable<Line>): Fix | undefined {
  const wanted = `${name}_backend`;
  if (config.proxies.some((proxy) => proxy.name === wanted)) return undefined;
  const edits: TextEdit[] = [];
  for (const { words } of lines) {
    const [keyword, second] = words;
    const chooses = keyword!.text === 'use_backend' || keyword!.text === 'default_backend';
    if (second?.text === name && (chooses || keyword!.text === 'backend')) {
      edits.push(...replaceWord(second, wanted).edits);
    } else if (words.some((word, index) => namesBackend(word.text, words[index - 1]?.text, name))) {
      return undefined;
    }
  }
  return { title: `Call the backend "${wanted}"`, edits };
}

/** `nbsrv(name)`, `track name/server`, `table name`: the name of a proxy within other words. */
function namesBackend(word: string, before: string | undefined, name: string): boolean {
  if (word === name) return before === 'table' || before === 'scope' || before === 'peers';
  return (
    word.startsWith(`${name}/`) ||
    word.includes(`(${name})`) ||
    word.includes(`(${name}/`) ||
    word.includes(`(${name},`)
  );
}
