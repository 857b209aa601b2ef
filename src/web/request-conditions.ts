/** Conditions on requests to a statistics proxy: `stats admin if`, `monitor fail if`. */
import type { ProxyModel } from '../config/model.ts';
import type { ConditionModel } from '../expressions/model.ts';
import { compileCondition } from '../expressions/run/compile.ts';
import type { RuleContext } from '../expressions/run/context.ts';
import { type ClientHello, readClientHello } from '../protocols/tls-client-hello.ts';
import { ProgramScope } from '../stats/program-scope.ts';
import type { RuntimeView } from '../stats/runtime-view.ts';

/** One end of a request's connection: an IP address and port, or `unix` and 0. */
export interface RequestEnd {
  readonly host: string;
  readonly port: number;
}

/** Where a request came from and where it arrived. */
export interface RequestRoad {
  readonly client: RequestEnd;
  readonly local: RequestEnd;
}

/** Tells whether a condition holds for a request. */
export type RequestCondition = (road: RequestRoad) => boolean;

const NO_BYTES = new Uint8Array(0);

/** True when one of the conditions holds; undefined when there are none. */
export function anyCondition(
  models: readonly ConditionModel[] | undefined,
  view: RuntimeView,
  proxy: ProxyModel,
): RequestCondition | undefined {
  if (models === undefined || models.length === 0) return undefined;
  const scope = new ProgramScope(view, proxy);
  const conditions = models.map((model) => compileCondition(model, scope));
  return (road) => {
    const context = new RequestContext(road);
    return conditions.some((condition) => condition === undefined || condition(context) === 'yes');
  };
}

/** Over HTTP nothing of the connection's first bytes is looked at. */
class RequestContext implements RuleContext {
  readonly clientHost: string;
  readonly clientPort: number;
  readonly localHost: string;
  readonly localPort: number;
  readonly listenerId = 1;
  readonly listenerName = '';
  readonly final = true;
  incomplete = false;

  constructor({ client, local }: RequestRoad) {
    this.clientHost = client.host;
    this.clientPort = client.port;
    this.localHost = local.host;
    this.localPort = local.port;
  }

  request(): Uint8Array {
    return NO_BYTES;
  }

  clientHello(): ClientHello {
    return readClientHello(NO_BYTES);
  }
}
