/** What the HTTP settings of proxies take that have no effect here: HAProxy refuses other arguments, measured with 2.6. */
import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition, LineContext, Word } from '../keyword.ts';
import { errorCodes } from './error-files.ts';

type Context = LineContext<ProxyDraft>;

interface Problem {
  readonly message: string;
  readonly word?: Word | undefined;
}

type Rule = (args: readonly Word[], name: string) => string | Problem | undefined;

/** How many words follow an option of `cookie`. */
const COOKIE_OPTIONS: Readonly<Record<string, number | undefined>> = {
  rewrite: 0,
  insert: 0,
  prefix: 0,
  indirect: 0,
  nocache: 0,
  postonly: 0,
  preserve: 0,
  httponly: 0,
  secure: 0,
  dynamic: 0,
  domain: 1,
  maxidle: 1,
  maxlife: 1,
  attr: 1,
};

const cookie: Rule = (args) => {
  for (let at = 1; at < args.length; at++) {
    const word = args[at]!;
    const takes = COOKIE_OPTIONS[word.text];
    if (takes === undefined) {
      const list =
        "'rewrite', 'insert', 'prefix', 'indirect', 'nocache', 'postonly', 'domain', 'maxidle', 'dynamic', 'maxlife'";
      return { message: `'cookie' supports ${list} and 'attr' options.`, word };
    }
    if (takes === 1 && args[at + 1] === undefined) {
      const value = word.text.startsWith('max') ? '<idletime> in seconds as argument' : 'a value as argument';
      return { message: `'${word.text}' expects ${value}.`, word };
    }
    at += takes;
  }
  const has = (option: string) => args.slice(1).some((word) => word.text === option);
  if (['rewrite', 'insert', 'prefix'].filter(has).length > 1) {
    return "cookie 'rewrite', 'insert' and 'prefix' modes are incompatible.";
  }
  if (has('preserve') && !has('insert') && !has('indirect')) {
    return "cookie 'preserve' requires at least 'insert' or 'indirect'.";
  }
  return undefined;
};

const RETRY_EVENTS = new Set(
  `none conn-failure empty-response response-timeout junk-response 0rtt-rejected all-retryable-errors
   401 403 404 408 421 425 429 500 501 502 503 504`.split(/\s+/),
);

const retryOn: Rule = (args) => {
  const odd = args.find((word) => !RETRY_EVENTS.has(word.text));
  if (odd !== undefined) return { message: `'retry-on': unknown keyword '${odd.text}'`, word: odd };
  // The keyworld is HAProxy's.
  const alone = args.length < 2 || args.every((word) => word.text !== 'none');
  return alone ? undefined : "'retry-on' 'none' keyworld only usable alone";
};

const reuse: Rule = ([word, extra], name) => {
  if (!['never', 'safe', 'aggressive', 'always'].includes(word?.text ?? '')) {
    return { message: "'http-reuse' only supports 'never', 'safe', 'aggressive', 'always'.", word };
  }
  return (
    extra && { message: `'${name} ${word!.text}' cannot handle unexpected argument '${extra.text}'.`, word: extra }
  );
};

const errorLocation: Rule = ([code, url], name) => {
  if (code === undefined || url === undefined) return `${name} : expects <status_code> and <url> as arguments.`;
  if (errorCodes.includes(code.text)) return undefined;
  return { message: `${name} : status code '${code.text}' not handled.`, word: code };
};

const errorFiles: Rule = (args) => {
  const odd = args.slice(1).find((word) => !errorCodes.includes(word.text));
  return odd && { message: `errorfiles : status code '${odd.text}' not handled.`, word: odd };
};

const httpError: Rule = (args) =>
  args[0]?.text === 'status' ? undefined : 'http-error : expects at least a <status> as arguments.';

const COMPRESSION_KINDS =
  'algo type offload direction algo-req algo-res type-req type-res minsize-req minsize-res'.split(' ');
const ALGORITHMS = ['identity', 'deflate', 'raw-deflate', 'gzip'];

const compression: Rule = ([kind, ...values]) => {
  if (!COMPRESSION_KINDS.includes(kind?.text ?? '')) {
    return { message: "'compression' expects 'algo', 'type' or 'offload'", word: kind };
  }
  const odd = kind!.text === 'algo' ? values.find((word) => !ALGORITHMS.includes(word.text)) : undefined;
  if (odd !== undefined) return { message: `'compression' : '${odd.text}' is not a supported algorithm.`, word: odd };
  return kind!.text === 'type' && values.length === 0 ? "'compression' expects <type>." : undefined;
};

const capture: Rule = (args) => {
  const [kind, second, third, fourth, fifth] = args.map((word) => word.text);
  if (kind === 'cookie') {
    const right = second !== undefined && third === 'len' && fourth !== undefined;
    return right ? undefined : "'capture' expects 'cookie' <cookie_name> 'len' <len>.";
  }
  if ((kind !== 'request' && kind !== 'response') || second !== 'header') {
    return { message: "'capture' expects 'cookie' or 'request header' or 'response header'.", word: args[0] };
  }
  const right = third !== undefined && fourth === 'len' && fifth !== undefined;
  return right ? undefined : `'capture ${kind}' expects 'header' <header_name> 'len' <len>.`;
};

const declare: Rule = ([kind, direction, len, length]) => {
  if (kind === undefined) return "'declare' needs a second keyword that specify the type of declaration ('capture')";
  if (kind.text !== 'capture') {
    return { message: `unknown declaration type '${kind.text}' (supports 'capture')`, word: kind };
  }
  if (direction?.text !== 'request' && direction?.text !== 'response') {
    return "'declare capture' requires a direction ('request' or 'response')";
  }
  if (len?.text !== 'len' || length === undefined) return "'declare capture' requires a capture length ('len')";
  return Number.parseInt(length.text, 10) > 0 ? undefined : { message: 'length must be > 0', word: length };
};

const keepAliveQueue: Rule = ([word]) => {
  const odd = /^[+-]?\d*(\D)/.exec(word?.text ?? '')?.[1];
  if (odd === undefined) return undefined;
  return { message: `'max-keep-alive-queue' : unexpected character '${odd}' in integer value '${word!.text}'`, word };
};

const uniqueId: Rule = ([, extra], name) =>
  extra && { message: `${name} expects only one argument, don't forget to escape spaces!`, word: extra };

const headerNames: Rule = ([word], name) => {
  const option = name.replace(/^option /, '');
  const expects = `option '${option}' expects 'preserve', 'reject' or 'delete' option.`;
  if (word === undefined) return `missing parameter. ${expects}`;
  return ['preserve', 'reject', 'delete'].includes(word.text)
    ? undefined
    : { message: `invalid parameter '${word.text}'. ${expects}`, word };
};

const byName: Readonly<Record<string, Rule | undefined>> = {
  cookie,
  'retry-on': retryOn,
  'http-reuse': reuse,
  errorloc: errorLocation,
  errorloc302: errorLocation,
  errorloc303: errorLocation,
  errorfiles: errorFiles,
  'http-error': httpError,
  compression,
  capture,
  declare,
  'max-keep-alive-queue': keepAliveQueue,
  'unique-id-format': uniqueId,
  'option http-restrict-req-hdr-names': headerNames,
};

/** The definition with its arguments looked at before it is read, where it is known what they must be. */
export function withArguments(definition: KeywordDefinition<ProxyDraft>): KeywordDefinition<ProxyDraft> {
  const rule = byName[definition.name];
  if (rule === undefined) return definition;
  const { parse } = definition;
  return {
    ...definition,
    parse(context: Context) {
      parse?.(context);
      if (context.failed()) return;
      const found = rule(context.args, definition.name);
      if (found === undefined) return;
      const { message, word } = typeof found === 'string' ? { message: found, word: undefined } : found;
      const code = word === undefined ? 'missing-argument' : 'invalid-argument';
      context.report({ code, message, ...(word === undefined ? {} : { word }) });
    },
  };
}
