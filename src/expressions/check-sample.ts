/** A sample expression: its names, arguments and types. */
import type { ParsedSample, ParsedStep, Range } from '../grammar/expression.ts';
import { aclKeywords } from './acl-keywords.ts';
import { converterRules, fetchRules } from './argument-rules.ts';
import { checkArguments } from './check-arguments.ts';
import { converterTable } from './converters/index.ts';
import type { ConverterDefinition, FetchDefinition } from './definition.ts';
import { fetchTable } from './fetches/index.ts';
import { readMap } from './map-file.ts';
import type { ConverterModel, SampleModel } from './model.ts';
import { castable, type SampleType } from './sample-type.ts';
import type { ExpressionProblem, Surroundings } from './surroundings.ts';

export type CheckedSample =
  | { readonly ok: true; readonly sample: SampleModel; readonly definition: FetchDefinition; readonly keyword: string }
  | { readonly ok: false; readonly problem: ExpressionProblem };

export interface SampleOptions {
  /** ACL keywords (`path_beg`) may stand for a fetch. */
  readonly inAcl: boolean;
  /** A log-format string: what follows the sample is looked at by the caller. */
  readonly open?: boolean;
}

/** Checks a parsed sample of `text`. The messages are HAProxy's, without what comes before and after them. */
export function checkSample(
  text: string,
  parsed: ParsedSample,
  options: SampleOptions,
  around: Surroundings,
): CheckedSample {
  return new SampleCheck(text, parsed, options, around).run();
}

class SampleCheck {
  readonly #text: string;
  readonly #parsed: ParsedSample;
  readonly #around: Surroundings;
  readonly #options: SampleOptions;
  /** The word is one of HAProxy's ACL keywords, whose messages differ. */
  readonly #aclKeyword: boolean;

  constructor(text: string, parsed: ParsedSample, options: SampleOptions, around: Surroundings) {
    this.#text = text;
    this.#parsed = parsed;
    this.#options = options;
    this.#around = around;
    this.#aclKeyword = options.inAcl && aclKeywords.has(parsed.fetch.name);
  }

  run(): CheckedSample {
    const { fetch, converters } = this.#parsed;
    if (fetch.name === '') return this.#fail('missing fetch method', fetch);
    const definition = this.#findFetch(fetch.name);
    if (definition === undefined) {
      const known = this.#options.inAcl ? [...fetchTable.keys(), ...aclKeywords.keys()] : fetchTable.keys();
      const end = fetch.start + fetch.name.length;
      return this.#fail(
        `unknown fetch method '${fetch.name}'`,
        { start: fetch.start, end },
        { name: fetch.name, known },
      );
    }
    const checked = checkArguments(this.#text, fetch.args, definition.arguments);
    if (!checked.ok) {
      const range = checked.range ?? fetch;
      if (this.#aclKeyword) return this.#failBare(`ACL keyword '${fetch.name}' : ${checked.message}`, range);
      return this.#fail(`fetch method '${fetch.name}' : ${checked.message}`, range);
    }
    const wrong = fetchRules[definition.name]?.(checked.args.map((arg) => arg.text));
    if (wrong !== undefined) return this.#fail(`invalid args in fetch method '${fetch.name}' : ${wrong}`, fetch);
    const owner = `${this.#options.inAcl ? 'ACL keyword' : 'sample fetch keyword'} '${fetch.name}'`;
    this.#referTo(checked.args, owner);
    let type: SampleType = definition.output;
    const models: ConverterModel[] = [];
    for (const step of converters) {
      const next = this.#checkConverter(step, type, owner);
      if ('problem' in next) return { ok: false, problem: next.problem };
      models.push(next.model);
      if (next.definition.output !== 'same') type = next.definition.output;
    }
    if (!this.#options.open && this.#parsed.end < this.#text.length) return this.#missingComma();
    const sample = { fetch: definition.name, args: checked.args, converters: models, output: type };
    return { ok: true, sample, definition, keyword: fetch.name };
  }

  #findFetch(name: string): FetchDefinition | undefined {
    const keyword = this.#options.inAcl ? aclKeywords.get(name) : undefined;
    const found = fetchTable.get(keyword?.fetch ?? name);
    return found === undefined || this.#around.has?.('fetch', found.name) === false ? undefined : found;
  }

  #checkConverter(
    step: ParsedStep,
    input: SampleType,
    owner: string,
  ):
    | { readonly model: ConverterModel; readonly definition: ConverterDefinition }
    | { readonly problem: ExpressionProblem } {
    const known = this.#around.has?.('converter', step.name) !== false;
    const definition = known ? converterTable.get(step.name) : undefined;
    const problem = (message: string, range: Range, unknown?: ExpressionProblem['unknown']) => {
      const failed = this.#fail(message, range, unknown);
      return { problem: (failed as Extract<CheckedSample, { ok: false }>).problem };
    };
    if (definition === undefined) {
      const range = { start: step.start, end: step.start + step.name.length };
      return problem(`unknown converter '${step.name}'`, range, { name: step.name, known: converterTable.keys() });
    }
    const checked = checkArguments(this.#text, step.args, definition.arguments);
    if (!checked.ok) {
      const message = `invalid arg ${checked.index + 1} in converter '${step.name}' : ${checked.message}`;
      return problem(message, checked.range ?? step);
    }
    if (!castable(input, definition.input)) return problem(`converter '${step.name}' cannot be applied`, step);
    const { args } = checked;
    const wrong = converterRules[step.name]?.(args.map((arg) => arg.text));
    if (wrong !== undefined) return problem(`invalid args in converter '${step.name}' : ${wrong}`, step);
    this.#referTo(args, `conversion keyword '${step.name}' for ${owner}`);
    if (!step.name.startsWith('map')) return { model: { name: step.name, args }, definition };
    const map = readMap(step.name, args[0]?.text ?? '', this.#around);
    if ('message' in map) return problem(`invalid args in converter '${step.name}' : ${map.message}`, step);
    return { model: { name: step.name, args, map: map.entries }, definition };
  }

  #referTo(args: SampleModel['args'], owner: string): void {
    for (const [index, { type, text }] of args.entries()) {
      if (type === 'string' || type === 'integer' || type.startsWith('IPv') || type.startsWith('Protocol')) continue;
      this.#around.refer({ type, text, position: index + 1, owner });
    }
  }

  #missingComma(): CheckedSample {
    const { fetch, converters, end } = this.#parsed;
    const last = converters[converters.length - 1];
    const range = { start: end, end: this.#text.length };
    if (last !== undefined) return this.#fail(`missing comma after converter '${last.name}'`, range);
    const name = this.#aclKeyword ? '' : ` '${fetch.name}'`;
    return this.#fail(`missing comma after fetch keyword${name}`, range);
  }

  #fail(message: string, range: Range, unknown?: ExpressionProblem['unknown']): CheckedSample {
    if (this.#aclKeyword) {
      return this.#failBare(`ACL keyword '${this.#parsed.fetch.name}' : ${message}.`, range, unknown);
    }
    const where = this.#options.inAcl ? ` in ACL expression '${this.#text}'` : '';
    return this.#failBare(`${message}${where}`, range, unknown);
  }

  #failBare(message: string, range: Range, unknown?: ExpressionProblem['unknown']): CheckedSample {
    return { ok: false, problem: { message, range, ...(unknown === undefined ? {} : { unknown }) } };
  }
}
