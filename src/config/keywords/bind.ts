import { newBindDraft } from '../bind-draft.ts';
import { createTable, type OfLines } from '../dispatch.ts';
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { bindParameters } from './bind-parameters.ts';
import { listenAddresses } from './listen-addresses.ts';
import { type ParameterWording, readParameters } from './parameter-lines.ts';

const table = createTable(bindParameters);

const USAGE = "'bind' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.";

/** Reads what follows `bind`; also what old files write behind the name of a section. */
export function parseBind(context: Omit<LineContext<ProxyDraft>, OfLines>): void {
  const { args, config, draft, line, section } = context;
  const word = args[0];
  if (word === undefined || word.text === '') {
    context.report({ code: 'missing-argument', message: USAGE });
    return;
  }
  const addresses = listenAddresses(word.text, config);
  if (!addresses.ok) {
    const code = addresses.unsupported ? 'not-supported-yet' : 'bad-address';
    context.report({ code, message: `'bind' : ${addresses.message}`, word });
    if (!addresses.unsupported) return;
  }
  const sockets = addresses.ok ? addresses.sockets : [];
  const bind = newBindDraft(word.text, line.words[0]!.span, sockets, draft.binds);
  const where = `'bind ${word.text}' in section '${section}'`;
  const wording: ParameterWording = {
    problem: (message) => `${where} : ${message}`,
    unknown: (text, near) => {
      const maybe = near === undefined ? '.' : `; did you mean '${near}' maybe ?`;
      return `${where}: unknown keyword '${text}'${maybe}`;
    },
  };
  readParameters(context, table, bind, 2, wording);
  draft.binds.push(bind);
}

export const bindKeywords: readonly KeywordDefinition<ProxyDraft>[] = [
  {
    name: 'bind',
    sections: ['frontend', 'listen'],
    args: '[<address>]:<port>[-<port>][, ...] [param*]',
    support: { kind: 'yes' },
    doc: 'Addresses and ports to take connections on.',
    examples: {
      ok: [
        'bind *:18080',
        'bind :18080',
        'bind [::]:18080 v4v6',
        'bind :::18080 v6only',
        'bind 127.0.0.1:18080-18082,[::1]:18080 name web maxconn 100',
        'bind /run/hapax-example.sock mode 600',
        'bind abns@hapax-example',
      ],
      bad: ['bind', 'bind 127.0.0.1', 'bind :0', 'bind :http', 'bind :9-8', 'bind :70000', 'bind :18080 maxcon 5'],
    },
    parse: parseBind,
  },
];
