/** Converters that read and write variables. */
import type { MakeConverter } from './converters.ts';
import { asText } from './value.ts';
import { setVariable, type VariableCondition, variableConditions } from './variables.ts';

/** `scope.name` rather than a number. */
export function isVariableName(text: string): boolean {
  return /^(proc|sess|txn|req|res|check)\./.test(text);
}

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

export const variableConverters: Readonly<Record<string, MakeConverter>> = {
  'set-var': ([name = '', ...conditions]) => {
    if (!conditions.every((each) => variableConditions.includes(each as VariableCondition))) return undefined;
    return (value, { variables }) => {
      if (variables === undefined) return undefined;
      setVariable(variables, name, value, conditions as VariableCondition[]);
      return value;
    };
  },
  'unset-var':
    ([name = '']) =>
    (value, { variables }) => {
      variables?.unset(name);
      return value;
    },
  /** `concat(before,variable,after)` */
  concat:
    ([before = '', name = '', after = '']) =>
    (value, { variables }) => {
      const kept = name === '' ? undefined : variables?.get(name);
      return `${asText(value)}${latin1(before)}${kept === undefined ? '' : asText(kept)}${latin1(after)}`;
    },
};
