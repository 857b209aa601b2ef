/** The rounds of an HTTP check: what each connects to, speaks, asks and expects. */
import type { CheckConnectionModel, HttpCheckModel, HttpRoundModel, ServerModel } from '../config/model.ts';
import type { ConnectionWish } from '../protocols/dialogue.ts';
import {
  type FastcgiForm,
  type FastcgiPlace,
  type FastcgiProgram,
  fastcgiRequest,
} from '../protocols/fastcgi-request.ts';
import type { HttpCheckOptions } from '../protocols/http-check.ts';
import { http2CheckRequest, httpCheckRequest } from '../protocols/http-check-request.ts';
import { compileExpectation } from '../protocols/http-expectation.ts';
import type { HttpRound } from '../protocols/http-sequence.ts';
import { wishOf } from '../protocols/tcp-check-steps.ts';
import { isIp } from '../system/address-family.ts';
import { HAPAX_VERSION } from '../version.ts';
import { checkAddress } from './check-address.ts';
import type { CheckBinding } from './check-binding.ts';
import type { CheckContext } from './check-context.ts';
import type { Moment } from './dialogue-plan.ts';

type Round = Omit<HttpRoundModel, 'connection'> & { readonly connection?: CheckConnectionModel };

export type MakeRound = (moment: Moment, context: CheckContext) => HttpRound;

interface Wire extends Pick<HttpCheckOptions, 'protocol' | 'rulesBefore' | 'silent' | 'linger'> {
  /** How a request is put over FastCGI, where the backend has a program. */
  readonly fastcgi?: FastcgiForm;
}

/** What makes each round of a check when its moment has come. `binding`: fills in expressions, where any round has some. */
export function planRounds(
  check: HttpCheckModel,
  server: ServerModel,
  program: FastcgiProgram | undefined,
  binding: CheckBinding | undefined,
): readonly MakeRound[] {
  const models: readonly Round[] = [check, ...(check.next ?? [])];
  return models.map((round, index) => {
    const wire = wireOf(round, server, models.slice(0, index), program);
    return binding === undefined ? planRound(round, check, wire) : bindRound(round, check, binding, wire);
  });
}

/** What a round speaks: a `connect` that leaves nothing to the server line does so without its `check-proto` too (measured). */
function wireOf(
  { connection, silent }: Round,
  server: ServerModel,
  earlier: readonly Round[],
  program: FastcgiProgram | undefined,
): Wire {
  const left = connection === undefined || connection.ssl === undefined;
  const rules = earlier.map(({ expect, actions = [] }) => 2 + expect.length + actions.length);
  return {
    protocol: connection?.protocol ?? (left ? server.check.protocol : undefined),
    rulesBefore: rules.reduce((sum, count) => sum + count, 0),
    ...(silent === undefined ? {} : { silent }),
    ...(connection?.linger === undefined ? {} : { linger: connection.linger }),
    ...(program === undefined ? {} : { fastcgi: fastcgiForm(program, placeOf(connection, server)) }),
  };
}

/** Where a request goes, in the words programs get. */
function placeOf(connection: CheckConnectionModel | undefined, server: ServerModel): FastcgiPlace {
  const base = checkAddress(server);
  const { family, host } = connection?.address ?? base;
  if (!isIp(family)) return { host: 'unix', port: 0 };
  return { host, port: connection?.port ?? (connection?.address?.port || base.port) };
}

function fastcgiForm(program: FastcgiProgram, place: FastcgiPlace): FastcgiForm {
  const software = `hapax ${HAPAX_VERSION}`;
  return (request, state, encoding) => fastcgiRequest(request, program, place, software, state, encoding);
}

/** A round with expressions in it, or beside one that has. */
function bindRound(round: Round, check: HttpCheckModel, binding: CheckBinding, { fastcgi, ...wire }: Wire): MakeRound {
  const bodiless = round.method.toUpperCase() === 'HEAD';
  return (moment, context) => ({
    connection: () => ({ ...wishOf(binding.connection(round.connection ?? {}, context)), ...quietOf(round) }),
    options: {
      ...binding.request(round, check.sendState ? () => moment.state() : undefined, context, fastcgi),
      ...wire,
      bodiless,
      expect: round.expect.map((rule) => compileExpectation(binding.expectation(rule, context))),
      get condition404() {
        return check.disableOn404 && moment.up;
      },
      actions: (round.actions ?? [])
        .filter(({ passed }) => passed > -2)
        .map(({ passed, action }) => ({ passed, run: binding.action(action, context) })),
      keepsBody: true,
    },
  });
}

function planRound(round: Round, check: HttpCheckModel, { fastcgi, ...wire }: Wire): MakeRound {
  const expect = round.expect.map(compileExpectation);
  const bodiless = round.method.toUpperCase() === 'HEAD';
  const plain = httpCheckRequest(round);
  const connection = { ...wishOf(round.connection ?? {}), ...quietOf(round) };
  return (moment) => ({
    connection: () => connection,
    options: {
      request: check.sendState ? httpCheckRequest(round, moment.state()) : plain,
      http2Request: () => http2CheckRequest(round, check.sendState ? moment.state() : undefined),
      ...(fastcgi === undefined
        ? {}
        : { fastcgiRequest: () => fastcgi(round, check.sendState ? moment.state() : undefined) }),
      ...wire,
      bodiless,
      expect,
      get condition404() {
        return check.disableOn404 && moment.up;
      },
    },
  });
}

function quietOf({ silent, connection }: Round): Pick<ConnectionWish, 'quiet'> {
  return silent === true && connection?.linger !== true ? { quiet: true } : {};
}
