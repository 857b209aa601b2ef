/** Rules with expressions in them, made ready for one run: the expressions are compiled once and bound to each run's context. */
import type {
  CheckActionModel,
  CheckConnectionModel,
  HttpExpectModel,
  HttpRoundModel,
  ExpectOutcome as OutcomeModel,
  TcpCheckRule,
  TextMatchModel,
} from '../config/model.ts';
import type { LogFormatModel, SampleModel } from '../expressions/model.ts';
import { checkAliases } from '../expressions/run/check-aliases.ts';
import { checkFetchRunners } from '../expressions/run/check-fetches.ts';
import { compileSample } from '../expressions/run/compile.ts';
import type { RuleScope } from '../expressions/run/context.ts';
import type { Fetcher } from '../expressions/run/fetches.ts';
import { compileLogFormat, type FormatRunner } from '../expressions/run/log-format.ts';
import { asNumber } from '../expressions/run/value.ts';
import { setVariable } from '../expressions/run/variables.ts';
import { outcomeOf } from '../protocols/expect-outcome.ts';
import type { FastcgiForm } from '../protocols/fastcgi-request.ts';
import type { HttpCheckOptions } from '../protocols/http-check.ts';
import { http2CheckRequest, httpCheckRequest } from '../protocols/http-check-request.ts';
import type { HttpExpectationSource, TextMatch } from '../protocols/http-expectation.ts';
import type { ConnectSource, TcpCheckSource } from '../protocols/tcp-check-steps.ts';
import type { CheckContext } from './check-context.ts';

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

export class CheckBinding {
  readonly #scope: RuleScope;
  readonly #formats = new Map<LogFormatModel, FormatRunner>();
  readonly #samples = new Map<SampleModel, Fetcher>();

  constructor(scope: RuleScope) {
    this.#scope = scope;
  }

  tcpRule(rule: TcpCheckRule, context: CheckContext): TcpCheckSource {
    switch (rule.kind) {
      case 'connect':
        return { ...rule, ...this.connection(rule, context) };
      case 'send-lf': {
        const { format, binary, comment } = rule;
        const remark = comment === undefined ? {} : { comment };
        return { kind: 'send-formed', text: this.#text(format, context), binary, ...remark };
      }
      case 'expect': {
        const { forms: _, ...rest } = rule;
        return { ...rest, ...this.#outcome(rule, context) };
      }
      case 'expect-lf': {
        const { format, forms: _, kind: __, ...rest } = rule;
        return {
          ...rest,
          ...this.#outcome(rule, context),
          kind: 'expect-formed',
          pattern: this.#text(format, context),
        };
      }
      case 'set-var':
      case 'set-var-fmt':
      case 'unset-var':
        return { kind: 'action', run: this.action(rule, context) };
      default:
        return rule;
    }
  }

  connection(model: CheckConnectionModel, context: CheckContext): ConnectSource {
    const { portSample, ...rest } = model;
    if (portSample === undefined) return rest;
    const port = this.#number(portSample, context);
    return {
      ...rest,
      portNow: () => {
        // Sixteen bits of it, as HAProxy takes them; none is as if it were not written.
        const value = (port() ?? 0) & 0xffff;
        return value === 0 ? undefined : value;
      },
    };
  }

  action(model: CheckActionModel, context: CheckContext): () => void {
    const { variables } = context;
    const { name } = model;
    if (model.kind === 'unset-var') return () => variables.unset(name);
    if (model.kind === 'set-var') {
      const fetch = this.#fetcher(model.value);
      return () => setVariable(variables, name, fetch(context), model.conditions);
    }
    const text = this.#text(model.value, context);
    return () => setVariable(variables, name, text(), model.conditions);
  }

  expectation(rule: HttpExpectModel, context: CheckContext): HttpExpectationSource {
    const { match } = rule;
    const { forms: _, ...rest } = rule;
    const base = { ...rest, ...this.#outcome(rule, context) };
    if (match.kind === 'string' && match.format !== undefined) {
      return { ...base, match: { kind: 'string', text: this.#text(match.format, context) } };
    }
    if (match.kind !== 'hdr' && match.kind !== 'fhdr') return { ...base, match };
    const value = match.value === undefined ? {} : { value: this.#textMatch(match.value, context) };
    return { ...base, match: { kind: match.kind, name: this.#textMatch(match.name, context), ...value } };
  }

  /** Makes the request when it is sent. A header whose value comes out empty is left out, an empty URI is `/`. */
  request(
    round: Omit<HttpRoundModel, 'connection'>,
    state: (() => string) | undefined,
    context: CheckContext,
    fastcgi?: FastcgiForm,
  ): Pick<HttpCheckOptions, 'request' | 'http2Request' | 'fastcgiRequest'> {
    const { method, version, forms = {} } = round;
    const uri = forms.uri === undefined ? () => latin1(round.uri) : this.#text(forms.uri, context);
    const headers = round.headers.map(([name, value], index) => {
      const format = forms.headers?.[index];
      const text = format === undefined ? () => latin1(value) : this.#text(format, context);
      return { name: latin1(name), text };
    });
    const plain = round.body === undefined ? undefined : latin1(round.body);
    const body = forms.body === undefined ? () => plain : this.#text(forms.body, context);
    const written = () => {
      const filled = headers.map(({ name, text }) => [name, text()] as const).filter(([, value]) => value !== '');
      return { method, uri: uri() || '/', version, headers: filled, body: body() };
    };
    const ours = () => (state === undefined ? undefined : latin1(state()));
    return {
      request: () => httpCheckRequest(written(), ours(), 'latin1'),
      http2Request: () => http2CheckRequest(written(), ours(), 'latin1'),
      ...(fastcgi === undefined ? {} : { fastcgiRequest: () => fastcgi(written(), ours(), 'latin1') }),
    };
  }

  #outcome(rule: OutcomeModel, context: CheckContext): ReturnType<typeof outcomeOf> {
    const { forms = {}, ...plain } = rule;
    const { onSuccess, onError, statusCode } = forms;
    return outcomeOf({
      ...plain,
      ...(onSuccess === undefined ? {} : { onSuccess: this.#text(onSuccess, context) }),
      ...(onError === undefined ? {} : { onError: this.#text(onError, context) }),
      ...(statusCode === undefined ? {} : { statusCode: this.#number(statusCode, context) }),
    });
  }

  #textMatch({ how, text, format }: TextMatchModel, context: CheckContext): TextMatch {
    return { how, text: format === undefined ? text : this.#text(format, context) };
  }

  /** Compiled once. */
  format(format: LogFormatModel): FormatRunner {
    let run = this.#formats.get(format);
    if (run === undefined) {
      run = compileLogFormat(format, this.#scope, { aliases: checkAliases, fetches: checkFetchRunners });
      this.#formats.set(format, run);
    }
    return run;
  }

  #text(format: LogFormatModel, context: CheckContext): () => string {
    const run = this.format(format);
    return () => run(context);
  }

  #number(sample: SampleModel, context: CheckContext): () => number | undefined {
    const fetch = this.#fetcher(sample);
    return () => {
      const value = fetch(context);
      return value === undefined ? undefined : asNumber(value);
    };
  }

  #fetcher(sample: SampleModel): Fetcher {
    let fetch = this.#samples.get(sample);
    if (fetch === undefined) {
      fetch = compileSample(sample, this.#scope, checkFetchRunners);
      this.#samples.set(sample, fetch);
    }
    return fetch;
  }
}

/** A rule of `tcp-check` has expressions in it, and is therefore made anew for each run. */
export function isBound(rule: TcpCheckRule): boolean {
  if (rule.kind === 'connect') return rule.portSample !== undefined;
  if (rule.kind === 'expect') return rule.forms !== undefined;
  return rule.kind !== 'send' && rule.kind !== 'comment';
}

/** The same of an HTTP request and what is expected of its answer. */
export function isRoundBound(
  round: Pick<HttpRoundModel, 'forms' | 'actions' | 'expect'> & { readonly connection?: CheckConnectionModel },
): boolean {
  const { forms, actions, connection, expect } = round;
  return (
    forms !== undefined ||
    actions !== undefined ||
    connection?.portSample !== undefined ||
    expect.some(isExpectationBound)
  );
}

function isExpectationBound({ forms, match }: HttpExpectModel): boolean {
  if (forms !== undefined) return true;
  if (match.kind === 'string') return match.format !== undefined;
  if (match.kind !== 'hdr' && match.kind !== 'fhdr') return false;
  return match.name.format !== undefined || match.value?.format !== undefined;
}
