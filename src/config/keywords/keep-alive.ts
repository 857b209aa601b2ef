/** TCP keep-alive probes: `option tcpka` and its kin. */

import { LONGEST_DURATION, parseDuration, trailingCharacterWarning } from '../duration.ts';
import { placeOf, removeLine } from '../fix.ts';
import type { Word } from '../keyword.ts';
import { leadingInteger } from '../leading-integer.ts';
import { backends, everyProxy, frontends } from './common-shapes.ts';
import { type OptionContext, type OptionDefinition, optionFlag, setOption } from './option-shapes.ts';

/** TCP keep-alive probes: `option tcpka` and its parts. */
const keepAlive: readonly OptionDefinition[] = [
  {
    name: 'option tcpka',
    sections: everyProxy,
    args: '',
    support: { kind: 'yes' },
    doc: 'Sends keep-alive probes on both sides.',
    examples: { ok: ['option tcpka'], bad: ['option tcpka x', 'no option tcpka'] },
    parse(context) {
      setOption(context, 'tcpka');
      if (!context.failed()) Object.assign(context.draft.settings.options, { clitcpka: true, srvtcpka: true });
    },
  },
  optionFlag('clitcpka', frontends, 'Sends keep-alive probes to clients.'),
  optionFlag('srvtcpka', backends, 'Sends keep-alive probes to servers.'),
];

/** `clitcpka-idle 30s`: how the probes are sent. */
function keepAliveTuning(side: 'cli' | 'srv', part: keyof typeof PARTS, doc: string): OptionDefinition {
  const name = `${side}tcpka-${PARTS[part]}`;
  const isCount = part === 'count';
  return {
    name,
    sections: side === 'cli' ? frontends : backends,
    args: isCount ? '<number>' : '<time>',
    support: { kind: 'yes' },
    doc,
    elsewhere: 'silent',
    examples: { ok: [`${name} ${isCount ? 3 : '30s'}`, `${name} 0`], bad: [name, `${name} x`] },
    parse(context) {
      const word = context.args[0];
      if (word === undefined || word.text === '') {
        context.report({ code: 'missing-argument', message: `'${name}' expects an integer value` });
        return;
      }
      const value = isCount ? readCount(context, name, word) : readSeconds(context, name, word);
      if (value === undefined) return;
      const { draft } = context;
      draft.settings.probes[side === 'cli' ? 'client' : 'server'][part] = value;
      const lacks = side === 'cli' ? 'frontend' : 'backend';
      if (draft.kind === (lacks === 'frontend' ? 'backend' : 'frontend')) {
        const message = `${name} will be ignored because ${draft.kind} '${draft.name}' has no ${lacks} capability`;
        context.report({ code: 'ignored-keyword', severity: 'warning', message, fix: removeLine(placeOf(context)) });
      }
    },
  };
}

const PARTS = { count: 'cnt', idle: 'idle', interval: 'intvl' } as const;

/** A number of any size, for the kernel to judge; what is not positive is the system's choice. */
function readCount(context: OptionContext, name: string, word: Word): number | undefined {
  const wrong = /[^0-9]/.exec(word.text.replace(/^[+-]/, ''))?.[0];
  if (wrong === undefined) return Math.min(Math.max(0, leadingInteger(word.text)), LONGEST_DURATION);
  const message = `'${name}' : unexpected character '${wrong}' in integer value '${word.text}'`;
  context.report({ code: 'invalid-number', message, word });
  return undefined;
}

/** A time, in seconds unless it has a unit, rounded up to seconds. */
function readSeconds(context: OptionContext, name: string, word: Word): number | undefined {
  const parsed = parseDuration(word.text, 's');
  if (!parsed.ok && parsed.reason === 'overflow') return LONGEST_DURATION;
  if (!parsed.ok) {
    const message = `unexpected character '${parsed.character}' in argument to <${name}>.`;
    context.report({ code: 'invalid-number', message, word });
    return undefined;
  }
  if (parsed.trailing !== undefined) {
    const message = trailingCharacterWarning(word.text, parsed.trailing);
    context.report({ code: 'trailing-characters', severity: 'warning', message, word, raw: true });
  }
  return Math.ceil(parsed.value / 1000);
}

export const keepAliveKeywords: readonly OptionDefinition[] = [
  ...keepAlive,
  ...(['cli', 'srv'] as const).flatMap((side) => [
    keepAliveTuning(side, 'count', 'Unanswered keep-alive probes before a connection counts as lost.'),
    keepAliveTuning(side, 'idle', 'Silence before the first keep-alive probe.'),
    keepAliveTuning(side, 'interval', 'Time between two keep-alive probes.'),
  ]),
];
