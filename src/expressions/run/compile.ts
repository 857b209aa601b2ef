/** From plain data to closures: samples and conditions. Nothing here waits or keeps anything. */
import type { AclModel, ConditionModel, SampleModel } from '../model.ts';
import type { RuleContext, RuleScope } from './context.ts';
import { type Converter, converterRunners } from './converters.ts';
import { type Fetcher, fetchRunners, type MakeFetcher } from './fetches.ts';
import { compileMatch } from './matching.ts';

/** `unknown`: it depends on bytes that may still come. */
export type Verdict = 'yes' | 'no' | 'unknown';

export type Condition = (context: RuleContext) => Verdict;

/** The fetches that run at one place, by name. */
export type FetchRunners = Readonly<Record<string, MakeFetcher>>;

/** A sample that can run was made sure of when the configuration was read (support.ts); what cannot has no value. */
export function compileSample(sample: SampleModel, scope: RuleScope, fetches: FetchRunners = fetchRunners): Fetcher {
  const texts = sample.args.map((argument) => argument.text);
  const fetch = fetches[sample.fetch]?.(texts, scope) ?? (() => undefined);
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
      value = convert(value, context);
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
