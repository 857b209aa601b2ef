/** Rules of checks beside each other: comments, `min-recv`, several connections, answers in parts, and what ends a talk. */
import { afterRequest, plain, type Script } from '../support/scripted-server.ts';
import type { CheckScenario } from './check-scenarios.ts';

/** Says one text after the other with a pause between them, and then ends the connection as told. */
function inParts(texts: readonly string[], end: 'keep' | 'close' | 'reset' = 'keep'): Script {
  return ({ stream, socket }) => {
    let next = 0;
    const go = () => {
      const text = texts[next++];
      if (text !== undefined) {
        stream.write(Buffer.from(text, 'latin1'));
        setTimeout(go, 60).unref();
      } else if (end === 'close') stream.end();
      else if (end === 'reset') socket.resetAndDestroy();
    };
    go();
  };
}

function scenario(name: string, kind: 'tcp' | 'http', rules: readonly string[], script: Script): CheckScenario {
  const option = kind === 'tcp' ? 'option tcp-check' : 'option httpchk';
  return {
    name: `rules_${kind}_${name}`,
    lines: ['timeout check 500ms', option, ...rules.map((rule) => `${kind}-check ${rule}`)],
    server: 'check',
    first: plain(script),
  };
}

const greeted = (name: string, rules: readonly string[], text = 'abcdef', end: 'keep' | 'close' | 'reset' = 'keep') =>
  scenario(name, 'tcp', rules, inParts([text], end));

const answered = (name: string, rules: readonly string[], texts: readonly string[], end?: 'close' | 'reset') =>
  scenario(name, 'http', rules, afterRequest(inParts(texts, end)));

const head = (status: string, ...lines: string[]) => `${[`HTTP/1.1 ${status}`, ...lines].join('\r\n')}\r\n\r\n`;
const whole = (status = '200 OK', body = 'abcdef') => [`${head(status, `Content-Length: ${body.length}`)}${body}`];
const part = [`${head('200 OK', 'Content-Length: 100')}abcdef`];
const SHOWN = 'status-code int(5) on-success yes on-error no';

const tcpScenarios: readonly CheckScenario[] = [
  greeted('comment_over_expectation', ['comment A', 'expect string a comment B', 'expect string zz'], 'abc', 'close'),
  greeted('comment_over_variable', ['comment A', 'set-var(check.l) res.len', 'expect string zz'], 'abc', 'close'),
  greeted('comment_not_ascii', ['expect string zz comment "né"'], 'abc', 'close'),
  greeted('shorter_than_wanted', ['expect ! string abcdefgh min-recv 2'], 'ab'),
  greeted('asked_again', ['expect ! string zz min-recv 2', 'expect string b', 'expect string yy']),
  scenario('unwanted_later', 'tcp', ['expect ! string zz min-recv 2', 'expect string yy'], inParts(['abc', 'zz yy'])),
  greeted('nothing_sent_forgets', ['expect string a', 'send-lf "%[var(check.n)]"', 'expect string a']),
  greeted('length_before_sending', ['expect string a', 'send-lf "%[res.len]\\n"', 'expect string zz']),
  greeted('sent_last', [`expect string a ok-status L7OKC ${SHOWN}`, 'send x']),
  greeted('said_nothing', [`expect string a error-status L7STS comment c ${SHOWN}`], '', 'close'),
  greeted('connected_last', ['connect', 'expect string a', 'connect', 'set-var(check.a) int(1)']),
  greeted('reset_behind_other', ['send x', 'expect string zz'], 'abc', 'reset'),
  greeted('reset_behind_unwanted', ['send x', 'expect ! string zz'], 'abc', 'reset'),
  greeted('reset_before_sending', ['expect ! string zz', 'send x', 'expect string a'], 'abc', 'reset'),
];

const httpScenarios: readonly CheckScenario[] = [
  answered('comment_over_expectation', ['comment A', 'expect string a comment B', 'expect string zz'], whole()),
  answered('comment_over_send', ['comment A', 'send', 'expect string zz'], whole()),
  answered('comment_alone', ['comment A'], whole('500 No')),
  answered('unreadable_answer', [`expect status 200 error-status L7STS comment c ${SHOWN}`], ['what\r\n\r\n']),
  answered('code_of_16_bits', ['expect status 201 status-code int(99999999999)'], whole()),
  answered('enough_received', ['expect string zz min-recv 3'], part),
  answered('enough_without_unwanted', ['expect ! string zz min-recv 3'], part),
  answered('asked_again', ['expect ! string zz min-recv 3', 'expect string yy'], [...part, 'zz yy']),
  answered('shown_before_variable', [`expect status 200 ${SHOWN}`, 'set-var(check.a) int(1)'], whole()),
  answered('connected_last', ['connect', 'send', 'expect status 200', 'connect'], whole()),
  answered(
    'conditional_first',
    ['connect', 'send', 'expect status 200 ok-status L7OKC', 'connect', 'send uri /b'],
    whole(),
  ),
  answered(
    'missing_first',
    ['disable-on-404', 'connect', 'send', 'expect status 200', 'connect', 'send uri /b'],
    whole('404 No'),
  ),
  answered(
    'missing_before_variable',
    ['disable-on-404', 'expect status 200', 'set-var(check.a) int(1)'],
    whole('404 No'),
  ),
  answered('interim_alone', ['expect string a'], [head('103 Early'), ...whole()]),
  answered('interim_with_answer', ['expect string a'], [head('103 Early') + whole()[0]]),
  answered('interim_with_garbage', ['expect status 103'], [`${head('103 Early')}abc`]),
  answered('switched', ['expect string zz'], [`${head('101 Over', 'Content-Length: 9')}abc`, 'zz']),
  answered('connection_not_seen', ['expect hdr name connection'], [head('200 OK', 'Connection: close')]),
  answered(
    'length_of_chunks',
    ['expect hdr name content-length'],
    [head('200 OK', 'Transfer-Encoding: chunked', 'Content-Length: 3')],
  ),
  answered('return_alone', [], [`\r${head('200 OK')}`]),
  answered('of_rtsp', [], ['RTSP/1.0 200 OK\r\n\r\n']),
  answered(
    'trailer_without_colon',
    ['expect string a'],
    [`${head('200 OK', 'Transfer-Encoding: chunked')}0\r\nab\r\n\r\n`],
  ),
  answered('version', ['send ver HTTP/1.2 meth TRACE'], whole()),
  answered('kept_by_word', ['send hdr connection foo body x'], whole()),
  answered('words_taken_out', ['send hdr connection "foo, keep-alive,  close , bar" ver HTTP/1.1'], whole()),
  answered('authority_alone', ['send uri foo hdr host bar'], whole()),
  answered('connect_to_uri', ['send meth CONNECT uri http://a/p hdr host bar body x'], []),
];

const reset = (option: string, text: string): CheckScenario => ({
  name: `rules_reset_${option.replace('-', '_')}`,
  lines: [`option ${option}`],
  server: 'check',
  first: plain(afterRequest(inParts([text], 'reset'), /./s)),
});

/** Patterns as PCRE has them. */
const patternScenarios: readonly CheckScenario[] = [
  answered(
    'header_looked_ahead',
    ["expect hdr name x value -m reg '^a(?!c)'", "expect hdr name -m reg '^(?=x)' value b"],
    [head('200 OK', 'X: ac, ab', 'Content-Length: 0')],
  ),
  greeted('possessive', ["expect rstring '^[a-c]++d'", "expect rstring '^[a-d]++d'"]),
  greeted('atomic', ["expect ! rstring '^(?>a|ab)c'", "expect rstring '^(?>ab|a)c' on-error no"]),
  greeted('line_end_whole', ["expect rstring 'b\\R$'", "expect rstring 'b\\R\\n'"], 'ab\r\n'),
  greeted('group_held', ["expect rstring '^(?:(?<n>a)|b)*c\\k<n>$'"], 'abca'),
  greeted('group_without_part', ["expect rstring '^(?<n>z)?a\\k<n>'"]),
  greeted('counted_high', ["expect rstring '^[a-f]{2,40}$'", "expect rstring '^[a-f]{7,40}$'"], 'abcdef', 'close'),
];

export const ruleScenarios: readonly CheckScenario[] = [
  ...tcpScenarios,
  ...httpScenarios,
  ...patternScenarios,
  answered('commas_in_quotes', ['expect hdr name x value b'], [head('200 OK', 'X: a, "c,b"', 'Content-Length: 0')]),
  reset('redis-check', '-ERR no\r\n'),
  reset('ssl-hello-chk', '\x16\x03'),
];
