/** What the arguments of some fetches and converters must be beyond their type, with HAProxy's messages. */

type Rule = (args: readonly string[]) => string | undefined;

const SCOPES = "'proc', 'sess', 'txn', 'req', 'res' or 'check'";

/** A message, or undefined where the name of a variable is right. */
export function variableProblem(name: string): string | undefined {
  if (name === '') return 'Empty variable name cannot be accepted';
  if (!/^(proc|sess|txn|req|res|check)\./.test(name)) {
    return `invalid variable name '${name}'. A variable name must be start by its scope. The scope can be ${SCOPES}`;
  }
  const odd = /[^A-Za-z0-9_.].*/.exec(name);
  return odd === null ? undefined : `invalid syntax at char '${odd[0]}'`;
}

const variable: Rule = ([name]) => variableProblem(name ?? '');

const integerOrVariable: Rule = ([text]) => {
  if (text === undefined || text === '' || /^-?\d+$/.test(text)) return undefined;
  return variableProblem(text) === undefined ? undefined : 'expects an integer or a variable name';
};

const bool: Rule = ([text]) =>
  /^(true|false|0|1)$/i.test(text ?? '') ? undefined : "Expects 'true', 'false', '0' or '1'";

const hexadecimal: Rule = ([text = '']) => {
  const odd = /[^0-9a-fA-F]/.exec(text);
  if (text.length % 2 === 1) return 'an even number of hex digit is expected';
  return odd === null ? undefined : `an hex digit is expected (found '${odd[0]}')`;
};

const dateUnit: Rule = ([, unit]) =>
  unit === undefined || unit === '' || /^(s|ms|us)$/.test(unit)
    ? undefined
    : `expects 's', 'ms' or 'us', got '${unit}'`;

const regexFlags: Rule = ([, , flags = '']) => {
  const odd = /[^ig]/.exec(flags);
  return odd === null ? undefined : `invalid regex flag '${odd[0]}', only 'i' and 'g' are supported`;
};

const separators: Rule = ([, list]) => (list === '' ? 'Empty separators list' : undefined);

export const fetchRules: Readonly<Record<string, Rule | undefined>> = {
  bool,
  bin: hexadecimal,
  date: dateUnit,
  uuid: ([version]) =>
    version === undefined || version === '' || version === '4' || version === '7'
      ? undefined
      : `Unsupported UUID version: '${version}'`,
  var: variable,
};

export const converterRules: Readonly<Record<string, Rule | undefined>> = {
  add: integerOrVariable,
  sub: integerOrVariable,
  mul: integerOrVariable,
  div: integerOrVariable,
  mod: integerOrVariable,
  and: integerOrVariable,
  or: integerOrVariable,
  xor: integerOrVariable,
  'set-var': variable,
  'unset-var': variable,
  regsub: regexFlags,
  word: separators,
};
