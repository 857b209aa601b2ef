/** Conditions whose outcome is known beforehand. */
import type { AclModel, ConditionModel } from './model.ts';

/** The outcome of a condition made of TRUE and FALSE, or undefined where it depends on anything else. */
export function constantCondition(condition: ConditionModel): boolean | undefined {
  const groups = condition.anyOf.map((terms) => {
    const values = terms.map(({ negated, acls }) => {
      const value = anyOf(acls.map(constantAcl));
      return value === undefined ? undefined : value !== negated;
    });
    return negate(anyOf(values.map(negate)));
  });
  const value = anyOf(groups);
  return condition.unless ? negate(value) : value;
}

function constantAcl({ sample, match }: AclModel): boolean | undefined {
  if (sample.converters.length > 0 || match.method !== 'bool') return undefined;
  if (sample.fetch === 'always_true') return true;
  return sample.fetch === 'always_false' ? false : undefined;
}

/** True when one is, false when all are. */
function anyOf(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}

function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
