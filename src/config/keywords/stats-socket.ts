import { newBindDraft } from '../bind-draft.ts';
import { createTable } from '../dispatch.ts';
import type { GlobalDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext } from '../keyword.ts';
import { bindParameters } from './bind-parameters.ts';
import { listenAddresses } from './listen-addresses.ts';
import { type ParameterWording, readParameters } from './parameter-lines.ts';

const table = createTable(bindParameters);

const wording: ParameterWording = {
  problem: (message) =>
    // A deprecation speaks for itself; a mistake is quoted once more.
    message.includes('is deprecated') ? `'stats socket' : ${message}` : `'stats socket' : '${message}'`,
  unknown: (text, near) => {
    const maybe = near === undefined ? '' : ` Did you mean '${near}' maybe ?`;
    return `'stats socket' : unknown keyword '${text}'.${maybe}`;
  },
};

function parseStatsSocket(context: LineContext<GlobalDraft>): void {
  const { args, config, draft, line } = context;
  const word = args[0];
  if (word === undefined || word.text === '') {
    const message = "'stats socket' in global section expects an address or a path to a UNIX socket";
    context.report({ code: 'missing-argument', message });
    return;
  }
  const addresses = listenAddresses(word.text, config);
  if (!addresses.ok) {
    const code = addresses.unsupported ? 'not-supported-yet' : 'bad-address';
    const again = `parsing [${line.file}:${line.number}] : `;
    context.report({ code, message: `${again}'stats socket' : ${addresses.message}`, word });
    return;
  }
  const bind = newBindDraft(word.text, line.words[0]!.span, addresses.sockets, []);
  if (!readParameters(context, table, bind, 3, wording)) return;
  for (const address of addresses.sockets) {
    draft.statsSockets.push({
      address,
      level: bind.level,
      ...(bind.mode === undefined ? {} : { mode: bind.mode }),
      ...(bind.uid === undefined ? {} : { uid: bind.uid }),
      ...(bind.gid === undefined ? {} : { gid: bind.gid }),
      exposeFd: bind.exposeFd,
      place: bind.place,
      text: word.text,
    });
  }
}

export const statsSocketKeywords: readonly KeywordDefinition<GlobalDraft>[] = [
  {
    name: 'stats socket',
    sections: ['global'],
    args: '<address> [param*]',
    support: { kind: 'yes' },
    doc: 'A socket that answers questions about the running process.',
    examples: {
      ok: [
        'stats socket /run/hapax-example.sock mode 660 level admin',
        'stats socket /run/hapax-example.sock mode 600 uid 0 gid 0 level user expose-fd listeners',
        'stats socket ipv4@127.0.0.1:18999 level admin',
      ],
      bad: [
        'stats socket',
        'stats socket admin.sock',
        'stats socket /run/a.sock level root',
        'stats socket /run/a.sock x',
      ],
    },
    parse: parseStatsSocket,
  },
];
