/** What to do about messages that do not say it themselves. The words of the messages are HAProxy's; the advice is ours. */
import type { Diagnostic } from './diagnostic.ts';
import type { Environment } from './lexer.ts';
import type { SourceFile } from './source.ts';
import { suggest } from './suggest.ts';

type Advice = string | ((found: RegExpExecArray) => string | undefined);

const FRONTENDS = 'It belongs in a "frontend" or "listen" section.';
const BACKENDS = 'It belongs in a "backend" or "listen" section.';
const UNITS = 'Units of time are us, ms, s, m, h and d: "500ms", "5s", "10m".';
const CLASS = String.raw`"[" opens a set of characters that "]" closes; write "\[" where the bracket itself is meant.`;
const GROUP = String.raw`"(" opens a group that ")" closes; write "\(" where the parenthesis itself is meant.`;
const REPEAT = String.raw`"*", "+" and "?" repeat what stands before them; write "\*" where the character itself is meant.`;

/** The first that fits counts. */
const ADVICE: readonly (readonly [message: RegExp, advice: Advice])[] = [
  [/'server' .*has no backend capability/, `${BACKENDS} A frontend names one: "default_backend <name>".`],
  [/has no backend capability/, BACKENDS],
  [/has no frontend capability/, FRONTENDS],
  [
    /not allowed in 'defaults' section/,
    'Begin a section of its own above it: "frontend <name>", "backend <name>" or "listen <name>".',
  ],
  [/missing port specification in '(.*):'/, 'Write the port behind the colon.'],
  [/missing port specification in '(.*)'/, ([, address]) => `Write the port behind the address: "${address}:80".`],
  [/invalid port '/, 'Ports go from 1 to 65535.'],
  [/unmatched quote/, String.raw`Close the quote; where the quote itself is meant write \" or \'.`],
  [
    /truncated or invalid hexadecimal/,
    String.raw`Two hexadecimal digits follow "\x"; write "\\x" where the backslash itself is meant.`,
  ],
  [/after the timer value '(\d+)(us|ms|s|m|h|d)/, ([, count, unit]) => `Write "${count}${unit}".`],
  [/after the timer value|unexpected character '.*' in (?:'timeout|'.*' argument|argument to)/, UNITS],
  [/timer overflow/, 'The longest time is 24 days ("24d").'],
  [
    /unexpected extra argument '(us|ms|s|m|h|d)' after value '(\d+)'/,
    ([, unit, count]) => `Write "${count}${unit}", without the blank.`,
  ],
  [/without 'option httpchk'/, 'Write "option httpchk" in this section, or remove its "http-check" lines.'],
  [
    /'external-check (?:command|path)' will be ignored/,
    'Write "option external-check" in this section, or remove its "external-check" lines.',
  ],
  [
    /unknown keyword '(check|inter|fastinter|downinter|rise|fall|slowstart|observe|track|check-\S+|agent-\S+|on-marked-\S+)' in '(?:defaults|listen|backend)'/,
    ([, word]) =>
      `It is a parameter of servers: write "default-server ${word}" and its value, or put it on their lines.`,
  ],
  [
    /unable to find healthcheck section '(.*)'/,
    ([, name]) => `Begin it: "healthcheck ${name}", and in it "type httpchk" or another kind.`,
  ],
  [
    /unable to find mailers '(.*)'/,
    ([, name]) => `Begin the section: "mailers ${name}", and in it "mailer <name> <address>".`,
  ],
  [/requires 'option httpchk'/, 'Write "option httpchk" in this section, or remove the line.'],
  [/disable-on-404 option inconsistency/, 'Write "http-check disable-on-404" in both sections, or in neither.'],
  [
    /does not have a leading '\/'/,
    'Write the whole path of the program, or "external-check path" and the folders where it is looked for.',
  ],
  [/does not have agent port/, 'Write "agent-port <port>", where the agent listens, behind it.'],
  [
    /unable to enable checks and tracking/,
    'Remove "check", or "track": a server that tracks goes by the other one\'s checks.',
  ],
  [
    /'(?:tcp|http)-check (?:send|send-lf|expect)' : .*but got '/,
    'Blanks part words: put a text of several into double quotes, or write "\\ " for each blank.',
  ],
  [/without 'option tcp-check'/, 'Write "option tcp-check" in this section, or remove its "tcp-check" lines.'],
  [/no such ACL : '(.*)'/, ([, name]) => `Define it above this line: "acl ${name} <criterion> <value>".`],
  [/error=missing terminating \]/, CLASS],
  [/error=(?:missing (?:closing|\))|unmatched)/, GROUP],
  [/error=.*quantifier does not follow/, REPEAT],
  [
    /Couldn't open the ca-file/,
    'Look at the name of the file. "@system-ca" stands for the authorities this system trusts.',
  ],
  [
    /no CA file specified/,
    'Write "ca-file <file>" behind it ("ca-file @system-ca": what this system trusts), or "verify none".',
  ],
  [
    /unable to stat SSL certificate/,
    'Look at the name of the file; relative names begin at "crt-base", or where hapax was started.',
  ],
  [/No Private Key found/, 'Put the key into the file of the certificate, or beside it with ".key" behind its name.'],
  [/no SSL certificate specified/, 'Write "crt <file>" behind "ssl", a file with certificate and key.'],
  [/unknown proxy mode '(.*)'/, ([, mode]) => `Did you mean '${suggest(mode!, ['tcp', 'http']) ?? 'tcp'}'?`],
  [
    /after switching rule, only/,
    'Write "if" or "unless" before the condition, and a criterion that has no name in braces: "if { src 10.0.0.0/8 }".',
  ],
  [
    /only accepts 'if' or 'unless'/,
    'Write "if" or "unless" before the condition, and a criterion that has no name in braces: "if { src 10.0.0.0/8 }".',
  ],
  [
    /tries to use incompatible tcp/,
    'Both need one mode: write "mode tcp" in the first section, or "mode http" in the second.',
  ],
  [/for tracking\.$/, 'Write "track <backend>/<server>", with a server of this file.'],
  [/expects <address> and <facility>/, 'Write a facility behind the address: "log 127.0.0.1 local0".'],
  [/'server' expects <name> and <addr>/, 'Write its name and where it listens: "server app1 192.0.2.1:80".'],
  [
    /could not resolve address/,
    'Look at the name. "init-addr last,libc,none" at the server lets hapax start without an answer.',
  ],
  [
    /out of section\.$/,
    'Begin a section above it: "global", "defaults", "frontend <name>", "backend <name>" or "listen <name>".',
  ],
  [/'listen' or 'defaults' expected/, 'Mend the first line of its section.'],
  [/has no 'bind' directive/, 'Write "bind" with an address and a port in it: "bind :80".'],
  [/'(?:rise|fall)' has to be > 0/, 'Write a whole number from 1 on.'],
  [/has the same name as|loop detected for/, 'Give one of them another name.'],
  [/'global\.external-check'/, 'Write "external-check" and "insecure-fork-wanted" in "global".'],
  [
    /unable to find required 'external-check command'/,
    'Write "external-check command /path/to/program" in this section.',
  ],
  [/cannot handle unexpected argument/, 'Remove it, or put the whole text into double quotes.'],
  [/too many words/, 'Put a text of several words into double quotes.'],
];

/** The diagnostics, with advice where one has none. */
export function withStandingHelp(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
  environment: Environment,
): readonly Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    if (diagnostic.help !== undefined) return diagnostic;
    const help = unsetVariable(diagnostic, sources, environment) ?? advice(diagnostic.message);
    return help === undefined ? diagnostic : { ...diagnostic, help };
  });
}

function advice(message: string): string | undefined {
  for (const [pattern, text] of ADVICE) {
    const found = pattern.exec(message);
    if (found !== null) return typeof text === 'string' ? text : text(found);
  }
  return undefined;
}

/** A word is empty, or lacks something, because it asks for a variable nobody has set. */
function unsetVariable(
  { span, severity }: Diagnostic,
  sources: readonly SourceFile[],
  environment: Environment,
): string | undefined {
  if (span === undefined || (severity !== 'alert' && severity !== 'warning')) return undefined;
  const line = sources.find(({ name }) => name === span.file)?.lines[span.line - 1] ?? '';
  for (const [, braced, bare] of line.slice(span.start, span.end).matchAll(/\$(?:\{(\w+)\}|(\w+))/g)) {
    const name = braced ?? bare!;
    if (environment[name] === undefined) return `The variable ${name} is not set.`;
  }
  return undefined;
}
