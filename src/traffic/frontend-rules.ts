import type { FrontendRulesModel, TcpRuleModel } from '../config/model.ts';
import { type Condition, compileCondition } from '../expressions/run/compile.ts';
import type { RuleContext, RuleScope } from '../expressions/run/context.ts';
import { compileLogFormat } from '../expressions/run/log-format.ts';
import type { Backend } from './backend.ts';

/** Where backends are found. */
export interface BackendDirectory {
  backendAt(index: number): Backend | undefined;
  backendNamed(name: string): Backend | undefined;
}

interface TcpRule {
  readonly accepts: boolean;
  readonly condition: Condition | undefined;
}

interface SwitchRule {
  readonly condition: Condition | undefined;
  readonly choose: (context: RuleContext) => Backend | undefined;
}

/** The rules of one frontend, compiled. */
export class FrontendRules {
  /** ms. */
  readonly inspectDelay: number;
  /** There are rules on what the client sends. */
  readonly inspects: boolean;
  readonly #connection: readonly TcpRule[];
  readonly #session: readonly TcpRule[];
  readonly #content: readonly TcpRule[];
  readonly #switching: readonly SwitchRule[];

  constructor(model: FrontendRulesModel, scope: RuleScope, backends: BackendDirectory) {
    const compile = ({ action, condition }: TcpRuleModel) => ({
      accepts: action === 'accept',
      condition: compileCondition(condition, scope),
    });
    this.inspectDelay = model.inspectDelay;
    this.#connection = model.connection.map(compile);
    this.#session = model.session.map(compile);
    this.#content = model.content.map(compile);
    this.inspects = this.#content.length > 0;
    this.#switching = model.switching.map(({ condition, backend }) => {
      const compiled = compileCondition(condition, scope);
      if (typeof backend === 'number') {
        const chosen = backends.backendAt(backend);
        return { condition: compiled, choose: () => chosen };
      }
      const name = compileLogFormat(backend, scope);
      return { condition: compiled, choose: (context) => backends.backendNamed(name(context)) };
    });
  }

  /** Which rules turn a new connection away, if any. */
  refusal(context: RuleContext): 'connection' | 'session' | undefined {
    if (judge(this.#connection, context) === 'reject') return 'connection';
    return judge(this.#session, context) === 'reject' ? 'session' : undefined;
  }

  /** What the content rules say to what has come so far; `wait` only while the context is not final. */
  inspect(context: RuleContext): 'accept' | 'reject' | 'wait' {
    return judge(this.#content, context);
  }

  /** The backend of the first `use_backend` that applies; a name that is none means the default, as in HAProxy. */
  route(context: RuleContext, standard: Backend | undefined): Backend | undefined {
    for (const { condition, choose } of this.#switching) {
      if (condition === undefined || condition(context) === 'yes') return choose(context) ?? standard;
    }
    return standard;
  }
}

function judge(rules: readonly TcpRule[], context: RuleContext): 'accept' | 'reject' | 'wait' {
  for (const { accepts, condition } of rules) {
    const verdict = condition === undefined ? 'yes' : condition(context);
    if (verdict === 'unknown' && !context.final) return 'wait';
    if (verdict === 'yes') return accepts ? 'accept' : 'reject';
  }
  return 'accept';
}
