/** Variables: values that rules keep under a name whose beginning says how long they live (`check.path`). */
import type { Value } from './value.ts';

export type VariableScope = 'proc' | 'sess' | 'txn' | 'req' | 'res' | 'check';

/** The variables in reach of a rule. Names are whole (`sess.count`). */
export class Variables {
  readonly #scopes: Readonly<Partial<Record<string, Map<string, Value | undefined>>>>;

  /** Scopes that are absent keep nothing: setting there does nothing, as in HAProxy. A map may be shared. */
  constructor(scopes: Readonly<Partial<Record<VariableScope, Map<string, Value | undefined>>>>) {
    this.#scopes = scopes;
  }

  get(name: string): Value | undefined {
    return this.#scope(name)?.get(name);
  }

  set(name: string, value: Value): void {
    this.#scope(name)?.set(name, value);
  }

  /** The variable goes on existing, without a value. */
  unset(name: string): void {
    const scope = this.#scope(name);
    if (scope?.has(name) === true) scope.set(name, undefined);
  }

  /** It was set once, though it may have no value now. */
  exists(name: string): boolean {
    return this.#scope(name)?.has(name) === true;
  }

  #scope(name: string): Map<string, Value | undefined> | undefined {
    return this.#scopes[name.slice(0, name.indexOf('.'))];
  }
}

/** Conditions of `set-var(name,<condition>...)`: all must hold for the variable to be set (configuration manual, `set-var`). */
export const variableConditions = [
  'ifexists',
  'ifnotexists',
  'ifempty',
  'ifnotempty',
  'ifset',
  'ifnotset',
  'ifgt',
  'iflt',
] as const;

export type VariableCondition = (typeof variableConditions)[number];

/** Sets a variable where its conditions allow (measured); `undefined` is a sample that has no value. */
export function setVariable(
  variables: Variables,
  name: string,
  value: Value | undefined,
  conditions: readonly VariableCondition[] = [],
): void {
  if (value === undefined || !conditions.every((condition) => holds(condition, variables, name, value))) return;
  variables.set(name, value);
}

function holds(condition: VariableCondition, variables: Variables, name: string, value: Value): boolean {
  const before = variables.get(name);
  switch (condition) {
    case 'ifexists':
      return variables.exists(name);
    case 'ifnotexists':
      return !variables.exists(name);
    case 'ifempty':
      return value === '';
    case 'ifnotempty':
      return value !== '';
    case 'ifset':
      return before !== undefined;
    case 'ifnotset':
      return before === undefined;
    default: {
      // Only integers are compared; anything else passes.
      if (typeof before !== 'number' || typeof value !== 'number') return true;
      return condition === 'ifgt' ? before > value : before < value;
    }
  }
}
