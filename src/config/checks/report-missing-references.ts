import type { ConfigDraft, ProxyDraft, ReferenceDraft } from '../draft.ts';
import { patternMessage, translatePattern } from '../pcre.ts';
import { suggest } from '../suggest.ts';
import type { CheckPass } from './pass.ts';

/** What the arguments of fetches and converters name exists: frontends, backends, servers, tables, user lists. */
export const reportMissingReferences: CheckPass = {
  name: 'report-missing-references',
  proxy(proxy, config, report) {
    const found = proxy.references.map((reference) => missingReference(reference, proxy, config));
    const missing = found.filter((each) => each !== undefined);
    const [first] = missing;
    if (first === undefined) return;
    if (!config.strict || missing.length === 1) {
      for (const each of missing) report(each);
      return;
    }
    // HAProxy tells them in one message.
    const lines = missing.map(({ message }) => `        ${message}`);
    report({ ...first, message: ['multiple argument resolution errors:', ...lines].join('\n') });
  },
};

function missingReference(reference: ReferenceDraft, proxy: ProxyDraft, config: ConfigDraft) {
  const missing = missingText(reference, proxy, config);
  if (missing === undefined) return undefined;
  const { span, position, owner, usedBy, text } = reference;
  const where = usedBy === '' ? '' : ` in ${usedBy}`;
  const near = suggest(text.replace(/^.*\//, ''), missing.known);
  return {
    code: 'missing-reference',
    message:
      `parsing [${span.file}:${span.line}]: ${missing.text} ${missing.about === 'of' ? '' : 'referenced '}in arg ${position} of ` +
      `${owner}${where} in proxy '${proxy.name}'${missing.detail ?? ''}.`,
    span,
    ...(near === undefined ? {} : { help: `Did you mean '${near}'?` }),
  };
}

interface Missing {
  readonly text: string;
  /** `of`: HAProxy does not say "referenced". */
  readonly about?: 'of';
  readonly detail?: string;
  readonly known: readonly string[];
}

function missingText(reference: ReferenceDraft, proxy: ProxyDraft, config: ConfigDraft): Missing | undefined {
  const { type, text } = reference;
  const { proxies } = config;
  const frontends = proxies.filter((each) => each.kind !== 'backend').map((each) => each.name);
  const backends = proxies.filter((each) => each.kind !== 'frontend').map((each) => each.name);
  switch (type) {
    case 'frontend':
      if (text === '' ? proxy.kind !== 'backend' : frontends.includes(text)) return undefined;
      return { text: `unable to find frontend '${text || proxy.name}'`, known: frontends };
    case 'backend':
      if (text === '' ? proxy.kind !== 'frontend' : backends.includes(text)) return undefined;
      return { text: `unable to find backend '${text || proxy.name}'`, known: backends };
    case 'server':
      return missingServer(text, proxy, config);
    case 'table': {
      const name = text === '' ? proxy.name : text;
      const tables = proxies.filter((each) => each.written.has('stick-table')).map((each) => each.name);
      return tables.includes(name) ? undefined : { text: `unable to find table '${name}'`, known: tables };
    }
    case 'user list': {
      if (text === '') return { text: 'missing userlist name', about: 'of', known: [] };
      if (config.foreign.has(`userlist ${text}`)) return undefined;
      const known = [...config.foreign.keys()].filter((key) => key.startsWith('userlist ')).map((key) => key.slice(9));
      return { text: `unable to find userlist '${text}'`, known };
    }
    case 'regex': {
      const translated = translatePattern(text, true);
      if (translated.ok) return undefined;
      const detail = ` : ${patternMessage(text, translated)}`;
      return { text: `error in regex '${text}'`, about: 'of', detail, known: [] };
    }
    default:
      return undefined;
  }
}

function missingServer(text: string, proxy: ProxyDraft, config: ConfigDraft): Missing | undefined {
  if (text === '') return { text: 'missing server name', about: 'of', known: [] };
  const slash = text.lastIndexOf('/');
  const owner = slash < 0 ? proxy.name : text.slice(0, slash);
  const name = text.slice(slash + 1);
  const candidates = config.proxies.filter((each) => each.kind !== 'frontend');
  const target = slash < 0 ? proxy : candidates.find((each) => each.name === owner);
  if (target === undefined) {
    return { text: `unable to find proxy '${owner}'`, known: candidates.map((each) => each.name) };
  }
  const servers = target.servers.map((server) => server.name);
  if (servers.includes(name)) return undefined;
  return { text: `unable to find server '${name}' in proxy '${owner}',`, known: servers };
}
