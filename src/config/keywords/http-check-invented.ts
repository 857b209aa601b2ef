/** Rules of `http-check` that guides show and HAProxy never had: the real line, where one is plainly meant. */
import type { Word } from '../keyword.ts';

/** The words of the real line that stand in the place of `http-check <rule>`. */
const meanings: Readonly<Record<string, readonly string[]>> = {
  timeout: ['timeout', 'check'],
  status: ['http-check', 'expect', 'status'],
};

const helps: Readonly<Record<string, string>> = {
  'connect-timeout':
    'No directive limits the connection of a check alone: "timeout connect" limits it for sessions and checks, "timeout check" the answer.',
  interval: 'Write "default-server inter <time>" above the servers.',
  inter: 'Write "default-server inter <time>" above the servers.',
  rise: 'Write "default-server rise <count>" above the servers.',
  fall: 'Write "default-server fall <count>" above the servers.',
  port: 'Write "port <port>" on the lines of the servers.',
  timeout: 'Write "timeout check <time>".',
  uri: 'Write "option httpchk GET <uri>".',
  path: 'Write "option httpchk GET <uri>".',
  method: 'Write "option httpchk <method> <uri>".',
  get: 'Write "option httpchk GET <uri>".',
  GET: 'Write "option httpchk GET <uri>".',
  HEAD: 'Write "option httpchk HEAD <uri>".',
  status: 'Write "http-check expect status <status>".',
  header: 'Write "http-check send hdr <name> <value>".',
  hdr: 'Write "http-check send hdr <name> <value>".',
};

/** The line that is meant by `http-check` and these words; undefined where that is not plain. */
export function inventedRule(args: readonly Word[]): readonly Word[] | undefined {
  const [rule, value] = args;
  if (rule === undefined || value === undefined || args.length > 2 || !Object.hasOwn(meanings, rule.text))
    return undefined;
  if (rule.text === 'timeout' && !/^\d/.test(value.text)) return undefined;
  return [...meanings[rule.text]!.map((text) => ({ text, span: rule.span })), value];
}

/** The real directive for a rule that does not exist. */
export function inventedRuleHelp(rule: string): string | undefined {
  return Object.hasOwn(helps, rule) ? helps[rule] : undefined;
}
