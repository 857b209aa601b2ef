/** Checks by chance: rules of `tcp-check` and `http-check`, and servers whose answers come in pieces and keep the connection. */
import type { Random } from './random.ts';
import { randomPcre } from './random-patterns.ts';
import { afterRequest, plain, type Script } from './scripted-server.ts';

/** A backend's lines and what its server does. */
export interface RandomCheck {
  readonly name: string;
  readonly lines: readonly string[];
  readonly server: string;
  readonly first: ReturnType<typeof plain>;
}

const WORDS = ['OK', '+PONG', '-ERR no', '220 hi', 'abc', 'OK abc', 'status=ok'];
const LOOKED_FOR = ['OK', 'PONG', 'ERR', 'a', 'ok', 'zz', '220', 'status'];
const PATTERNS = ['^OK', '^[+]PONG', '^220', 'a.c', 'zz', '[0-9]+'];
const STATUSES = ['200 OK', '204 None', '301 Moved', '404 Missing', '500 Broken', '503'];

/** Says the text in pieces some milliseconds apart and leaves the connection open. */
function inPieces(random: Random, text: string): Script {
  const at = random.below(text.length + 1);
  const pieces = [text.slice(0, at), text.slice(at)].filter((piece) => piece !== '');
  return ({ stream }) => {
    pieces.forEach((piece, index) => {
      setTimeout(() => stream.destroyed || stream.write(piece), index * 20).unref();
    });
  };
}

/** A pattern as a word of haproxy.cfg. */
function patternWord(random: Random): string {
  const pattern = random.chance(0.4) ? randomPcre(random) : '';
  return pattern === '' ? random.pick(PATTERNS) : `'${pattern.replaceAll("'", `'"'"'`)}'`;
}

/** What any expectation can have beside its pattern, in any order. */
function withOptions(random: Random, pattern: string): string {
  const options = [
    ...(random.chance(0.2) ? ['comment "a remark"'] : []),
    ...(random.chance(0.2) ? ['on-error "went wrong"'] : []),
    ...(random.chance(0.2) ? ['on-success "went well"'] : []),
    ...(random.chance(0.2) ? [`ok-status ${random.pick(['L4OK', 'L6OK', 'L7OK', 'L7OKC'])}`] : []),
    ...(random.chance(0.2) ? [`error-status ${random.pick(['L4CON', 'L6RSP', 'L7RSP', 'L7STS', 'L7OKC'])}`] : []),
    ...(random.chance(0.2) ? [`tout-status ${random.pick(['L4TOUT', 'L6TOUT', 'L7TOUT'])}`] : []),
    ...(random.chance(0.2) ? [`status-code int(${random.below(70_000)})`] : []),
  ];
  return (random.chance(0.5) ? [...options, pattern] : [pattern, ...options]).join(' ');
}

const negation = (random: Random) => random.pick(['', '', '! ']);

function tcpRule(random: Random): string {
  if (random.chance(0.25)) return `send ${random.pick(['PING', 'a b', 'QUIT\\r\\n']).replaceAll(' ', '\\ ')}`;
  if (random.chance(0.15)) return random.pick(['comment between', 'set-var(check.v) str(x)', 'unset-var(check.v)']);
  const least = random.chance(0.2) ? `min-recv ${random.below(4)} ` : '';
  const what = random.chance(0.6) ? `string ${random.pick(LOOKED_FOR)}` : `rstring ${patternWord(random)}`;
  return `expect ${least}${withOptions(random, `${negation(random)}${what}`)}`;
}

function httpRule(random: Random): string {
  if (random.chance(0.15)) return random.pick(['comment between', 'set-var(check.v) str(x)']);
  const what = random.pick([
    `status ${random.pick(['200', '200-299', '404', '200,404', '500-599'])}`,
    `rstatus ${random.pick(['^2', '^[45]', '0'])}`,
    `string ${random.pick(LOOKED_FOR)}`,
    `rstring ${patternWord(random)}`,
    `hdr name x-a value ${random.pick(['-m beg v', 'v1', 'none'])}`,
    `fhdr name -m end -a`,
  ]);
  return `expect ${withOptions(random, `${negation(random)}${what}`)}`;
}

const rulesOf = (random: Random, make: (random: Random) => string) =>
  Array.from({ length: random.below(5) }, () => make(random));

/** One check of its own name. */
export function randomCheck(random: Random, index: number): RandomCheck {
  const common = { name: `chance_${index}`, server: 'check' };
  if (random.chance(0.5)) {
    const rules = rulesOf(random, tcpRule).map((rule) => `tcp-check ${rule}`);
    const first = plain(inPieces(random, `${random.pick(WORDS)}\r\n`));
    return { ...common, lines: ['timeout check 500ms', 'option tcp-check', ...rules], first };
  }
  const body = random.pick(WORDS);
  const head = [`HTTP/1.1 ${random.pick(STATUSES)}`, random.pick(['X-A: v1, v2', 'Server: x'])];
  const framed = random.chance(0.5)
    ? [...head, `Content-Length: ${body.length}`, '', body]
    : [...head, 'Transfer-Encoding: chunked', '', body.length.toString(16), body, '0', '', ''];
  const option = `option httpchk ${random.pick(['GET /', 'HEAD /', '/x', 'GET / HTTP/1.1'])}`;
  const rules = rulesOf(random, httpRule).map((rule) => `http-check ${rule}`);
  const first = plain(afterRequest(inPieces(random, framed.join('\r\n'))));
  return { ...common, lines: ['timeout check 500ms', option, ...rules], first };
}
