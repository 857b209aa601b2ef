/** Parameters of `server` lines that set options of the connections to it. */
import { parseDuration } from '../duration.ts';
import { userTimeoutComplaint } from './bind-socket-parameters.ts';
import { warnAboutTrailing } from './server-check-parameters.ts';
import { flag, type ServerContext, type ServerParameter, supported, value } from './server-parameter-shapes.ts';
import { readSource, type SourceMistake } from './source-address.ts';

const USAGE =
  "'source' expects <addr>[:<port>[-<port>]], and optionally 'usesrc' <addr>, and 'interface' <name> as argument..";
const USESRC_USAGE = "'usesrc' expects <addr>[:<port>], 'client', 'clientip', or 'hdr_ip(name,#)' as argument.";

const withoutEffect = (because: string) => ({ kind: 'no-effect', because }) as const;
const NO_TFO = withoutEffect(
  "the data of a retried connection would be lost, so HAProxy too asks for 'retry-on' first",
);

function parseSource(context: ServerContext): void {
  const { args, config, draft } = context;
  const first = args[0];
  if (first === undefined || first.text === '') {
    context.report({ code: 'missing-argument', message: USAGE });
    return;
  }
  const read = readSource(args, config, true);
  if (!read.ok) {
    reportMistake(context, read);
    return;
  }
  draft.settings.source = read.source;
  if (read.meaningless && !context.strict) {
    const message = `'source ${first.text}' is no IP address, and says nothing.`;
    context.report({ code: 'no-effect', severity: 'warning', message, word: first });
  }
}

/** HAProxy indents a message that has a line break, and says a second time that something was wrong. */
function reportMistake(context: ServerContext, { part, message, broken, word }: SourceMistake): void {
  if (part === 'source') {
    context.report({
      code: 'bad-address',
      message: broken ? `\n  ${message}\n  \n.` : `${message}.`,
      word,
    });
    return;
  }
  const usage = part === 'usesrc' ? USESRC_USAGE : "'server' : missing interface name.";
  context.report({ code: 'bad-value', message: message ?? usage, word });
  const again = `error encountered while processing '${part}'.`;
  context.report({ code: 'bad-value', message: again, word, raw: true });
}

export const serverSocketParameters: readonly ServerParameter[] = [
  {
    ...supported,
    name: 'source',
    args: '<address>[:<port>[-<port>]] [usesrc { <address> | client | clientip }] [interface <name>]',
    doc: 'Where connections to the server come from; `usesrc` takes CAP_NET_ADMIN or CAP_NET_RAW.',
    takes: (following) => {
      let count = 1;
      while (/^(?:usesrc|interface)$/.test(following[count]?.text ?? '')) count += 2;
      return count;
    },
    examples: {
      ok: ['source 127.0.0.1', 'source 127.0.0.1:1024-2047', 'source 0.0.0.0 usesrc clientip interface lo'],
      bad: ['source', 'source 127.0.0.1:2000-1000', 'source 0.0.0.0 usesrc', 'source 0.0.0.0 interface'],
    },
    parse: parseSource,
  },
  {
    ...supported,
    name: 'usesrc',
    listedAs: withoutEffect("it is part of 'source'"),
    args: '<address>',
    doc: "Part of 'source'.",
    takes: 1,
    examples: { ok: [], bad: ['usesrc clientip'] },
    parse: (context) =>
      context.report({ code: 'bad-value', message: "'usesrc' only allowed after a 'source' statement.." }),
  },
  value(
    'tcp-ut',
    '<delay>',
    "How long sent data may stay unacknowledged; 0 is the system's choice.",
    { ok: ['tcp-ut 30s', 'tcp-ut 0'], bad: ['tcp-ut', 'tcp-ut x', 'tcp-ut 100d'] },
    "'tcp-ut' : missing TCP User Timeout value.",
    (settings, text, context) => {
      const delay = parseDuration(text);
      if (!delay.ok) return `${userTimeoutComplaint(text, delay.reason)}.`;
      warnAboutTrailing(context, text, delay.trailing);
      settings.userTimeout = delay.value;
      return undefined;
    },
  ),
  {
    ...flag('tfo', 'TCP Fast Open.', (settings) => {
      settings.fastOpen = true;
    }),
    listedAs: NO_TFO,
  },
  {
    ...flag('no-tfo', 'Takes `tfo` back.', (settings) => {
      settings.fastOpen = false;
    }),
    listedAs: NO_TFO,
  },
];
