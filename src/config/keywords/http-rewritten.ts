/** Today's lines for HTTP keywords HAProxy dropped (`reqadd`, `rspidel`, `reqrep`...), where their meaning is plain. */

const TOKEN = "[!#$%&'*+.^_`|~\\w-]+";
const HEADER_LINE = new RegExp(`^(${TOKEN}):[ \\t]*(.*)$`, 's');
// A name within a regex: whatever else a name may hold means something there.
const HEADER_NAME = /^\^([\w-]+):(?:[ \t\\]*\.\*\$?)?$/;
const HEADER_REGEX = /^\^([\w-]+):(?:\\?[ \t]|\[ \\t\]|\\s)*[*+]?(.+)$/s;
const REQUEST_LINE = /^\^\(\[\^(?:\\? |:)*\]\*\)(?:\\? )+(.*\(\.\*\)\$?)$/s;

/** A condition, or nothing: what may follow the arguments of the old keywords. */
function isCondition(words: readonly string[]): boolean {
  return words.length === 0 || ((words[0] === 'if' || words[0] === 'unless') && words.length > 1);
}

/** `%` begins a variable in today's values, and did not in the old ones. */
function literal(value: string): string {
  return value.replaceAll('%', '%%');
}

/** The words of the line that does what the old one did; undefined where that is not plain. */
export function rewrittenRule(name: string, args: readonly string[]): readonly string[] | undefined {
  const ruleset = name.startsWith('rsp') ? 'http-response' : 'http-request';
  const kind = name.replace(/^(?:req|rsp)i?/, '');
  const [first = '', second = ''] = args;
  if (name === 'block') return isCondition(args) && args.length > 0 ? ['http-request', 'deny', ...args] : undefined;
  if (kind === 'add') {
    const found = HEADER_LINE.exec(first);
    const condition = args.slice(1);
    if (found === null || found[2] === '' || !isCondition(condition)) return undefined;
    return [ruleset, 'add-header', found[1]!, literal(found[2]!), ...condition];
  }
  if (kind === 'del') {
    const found = HEADER_NAME.exec(first);
    const condition = args.slice(1);
    return found === null || !isCondition(condition) ? undefined : [ruleset, 'del-header', found[1]!, ...condition];
  }
  if (kind !== 'rep' || !isCondition(args.slice(2))) return undefined;
  return replacedHeader(ruleset, first, second, args.slice(2)) ?? replacedPath(ruleset, first, second, args.slice(2));
}

/** `^Location:\ http://(.*)` and `Location:\ https://\1`: one header in both. */
function replacedHeader(ruleset: string, regex: string, line: string, condition: readonly string[]) {
  const [, name = '', value = ''] = HEADER_LINE.exec(line) ?? [];
  if (value === '') return undefined;
  const same = (other: string | undefined) => other?.toLowerCase() === name.toLowerCase();
  // The old rules put their line in the place of the whole one, whatever followed the name.
  if (same(HEADER_NAME.exec(regex)?.[1])) {
    return /\\\d/.test(value) ? undefined : [ruleset, 'replace-header', name, '.*', literal(value), ...condition];
  }
  const [, other, rest = ''] = HEADER_REGEX.exec(regex) ?? [];
  if (!same(other)) return undefined;
  return [ruleset, 'replace-header', name, anchored(rest), literal(value), ...condition];
}

function anchored(regex: string): string {
  return regex.startsWith('(.*)') || regex.startsWith('.*') ? regex : `^${regex}`;
}

/** `^([^\ :]*)\ /old/(.*)` and `\1\ /new/\2`: the request line without its method. */
function replacedPath(ruleset: string, regex: string, line: string, condition: readonly string[]) {
  const from = REQUEST_LINE.exec(regex);
  const to = /^\\1 (.*)$/s.exec(line);
  if (ruleset !== 'http-request' || from === null || to === null || to[1]!.includes('\\1')) return undefined;
  // What the last group holds goes on to the end of the line, the version of the protocol with it.
  const groups = from[1]!.replace(/\\./g, '').split('(').length - 1;
  if (!to[1]!.endsWith(`\\${groups + 1}`)) return undefined;
  const target = literal(to[1]!).replace(/\\(\d)/g, (_all, digit: string) => `\\${Number(digit) - 1}`);
  return [ruleset, 'replace-uri', `^${from[1]!}`, target, ...condition];
}
