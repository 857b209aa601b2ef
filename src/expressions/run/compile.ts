/** From plain data to closures: samples, conditions, log-format strings. Nothing here waits or keeps anything. */
import type { AclModel, ConditionModel, LogFormatModel, SampleModel } from '../model.ts';
import type { RuleContext, RuleScope } from './context.ts';
import { type Converter, converterRunners } from './converters.ts';
import { type Fetcher, fetchRunners } from './fetches.ts';
import { compileMatch } from './matching.ts';
import { asText } from './value.ts';

/** `unknown`: it depends on bytes that may still come. */
export type Verdict = 'yes' | 'no' | 'unknown';

export type Condition = (context: RuleContext) => Verdict;

/** A sample that can run was made sure of when the configuration was read (support.ts); what cannot has no value. */
export function compileSample(sample: SampleModel, scope: RuleScope): Fetcher {
  const texts = sample.args.map((argument) => argument.text);
  const fetch = fetchRunners[sample.fetch]?.(texts, scope) ?? (() => undefined);
  const converters: Converter[] = sample.converters.map((model) => {
    const make = converterRunners[model.name];
    const args = model.args.map((argument) => argument.text);
    return make?.(args, model) ?? (() => undefined);
  });
  if (converters.length === 0) return fetch;
  return (context) => {
    let value = fetch(context);
    for (const convert of converters) {
      if (value === undefined) return undefined;
      value = convert(value);
    }
    return value;
  };
}

/** Undefined: always true. */
export function compileCondition(model: ConditionModel | undefined, scope: RuleScope): Condition | undefined {
  if (model === undefined) return undefined;
  const groups = model.anyOf.map((terms) =>
    terms.map(({ negated, acls }) => negate(compileAcls(acls, scope), negated)),
  );
  return negate((context) => {
    let outcome: Verdict = 'no';
    for (const terms of groups) {
      const verdict = all(terms, context);
      if (verdict === 'yes') return 'yes';
      if (verdict === 'unknown') outcome = 'unknown';
    }
    return outcome;
  }, model.unless);
}

/** "And": what comes after a term that is not true is not asked. */
function all(terms: readonly Condition[], context: RuleContext): Verdict {
  let outcome: Verdict = 'yes';
  for (const term of terms) {
    const verdict = term(context);
    if (verdict === 'no') return 'no';
    if (verdict === 'unknown') outcome = 'unknown';
  }
  return outcome;
}

function negate(condition: Condition, negated: boolean): Condition {
  if (!negated) return condition;
  return (context) => {
    const verdict = condition(context);
    return verdict === 'unknown' ? verdict : verdict === 'yes' ? 'no' : 'yes';
  };
}

/** The ACLs of one name: one of them must be true. */
function compileAcls(acls: readonly AclModel[], scope: RuleScope): Condition {
  const tests = acls.map(({ sample, match }) => ({
    fetch: compileSample(sample, scope),
    matches: compileMatch(match),
  }));
  return (context) => {
    let outcome: Verdict = 'no';
    for (const { fetch, matches } of tests) {
      context.incomplete = false;
      const value = fetch(context);
      if (value !== undefined && matches(value)) return 'yes';
      if (context.incomplete) outcome = 'unknown';
    }
    return outcome;
  };
}

/** A log-format string that names something: what has no value is left out. */
export function compileFormat(format: LogFormatModel, scope: RuleScope): (context: RuleContext) => string {
  const parts = format.map((part) => {
    if (part.kind === 'text') return () => Buffer.from(part.text, 'utf8').toString('latin1');
    if (part.kind === 'variable') return () => '';
    const fetch = compileSample(part.sample, scope);
    return (context: RuleContext) => {
      const value = fetch(context);
      return value === undefined ? '' : asText(value);
    };
  });
  return (context) => parts.map((part) => part(context)).join('');
}
