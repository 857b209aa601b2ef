/** Arguments of `capture` and `compression`, which act on HTTP alone: looked at as HAProxy does, whatever the mode. */
import type { ProxyDraft } from '../draft.ts';
import type { LineContext } from '../keyword.ts';

type Context = LineContext<ProxyDraft>;

const ALGORITHMS: ReadonlySet<string> = new Set(['identity', 'gzip', 'deflate', 'raw-deflate']);

export function readCompression({ args, line, report }: Context): void {
  const [kind, ...values] = args;
  switch (kind?.text) {
    case 'algo': {
      const wrong = values.find(({ text }) => !ALGORITHMS.has(text));
      if (values.length === 0) {
        // HAProxy names the place twice here.
        const message = `parsing [${line.file}:${line.number}] : 'compression' expects <algorithm>.`;
        report({ code: 'missing-argument', message, word: kind });
      } else if (wrong !== undefined) {
        const message = `'compression' : '${wrong.text}' is not a supported algorithm.`;
        report({ code: 'bad-value', message, word: wrong, suggestFrom: [...ALGORITHMS] });
      }
      return;
    }
    case 'type':
      if (values.length === 0) {
        report({ code: 'missing-argument', message: "'compression' expects <type>.", word: kind });
      }
      return;
    case 'offload':
    case 'direction':
    case 'algo-req':
    case 'algo-res':
    case 'type-req':
    case 'type-res':
    case 'minsize-req':
    case 'minsize-res':
      return;
    default: {
      const message = "'compression' expects 'algo', 'type' or 'offload'";
      report({ code: kind === undefined ? 'missing-argument' : 'unknown-keyword', message, word: kind });
    }
  }
}

export function readCapture({ args, report }: Context): void {
  const [first, second, name, len, count] = args.map(({ text }) => text);
  const complain = (what: string) => report({ code: 'missing-argument', message: `${what} 'len' <len>.` });
  if (first === 'cookie') {
    if (name !== 'len' || len === undefined) complain("'capture' expects 'cookie' <cookie_name>");
  } else if ((first === 'request' || first === 'response') && second === 'header') {
    if (len !== 'len' || count === undefined) complain(`'capture ${first}' expects 'header' <header_name>`);
  } else {
    const message = "'capture' expects 'cookie' or 'request header' or 'response header'.";
    report({ code: 'unknown-keyword', message, word: args[0] });
  }
}
