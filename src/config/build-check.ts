import type { CheckDraft, HttpRequestDraft } from './check-draft.ts';
import type { CheckModel, HttpActionModel, HttpCheckModel, HttpExpectModel, HttpRoundModel } from './model.ts';

/** The check a backend's keywords describe; HAProxy's defaults fill what they leave open. */
export function buildCheck(draft: CheckDraft): CheckModel {
  const { selected } = draft;
  if (selected.kind === 'http') return httpCheck(draft);
  if (selected.kind === 'connect') return { kind: 'connect', explicit: false };
  if (selected.kind === 'external') {
    return { kind: 'external', command: draft.externalCommand ?? '', path: draft.externalPath ?? '' };
  }
  if (selected.kind !== 'tcp') return selected;
  return draft.tcpRules.length === 0 ? { kind: 'connect', explicit: true } : { kind: 'tcp', rules: draft.tcpRules };
}

function httpCheck(draft: CheckDraft): HttpCheckModel {
  const { connection } = draft;
  // Rules of the section itself displace the request of `defaults`; a check without any request could never pass.
  const request = draft.rounds.length > 0 ? draft.request : (draft.request ?? draft.inheritedRequest);
  const expect = draft.expect.length === 0 && draft.comment !== undefined ? [commented(draft.comment)] : draft.expect;
  const last = { ...requestOf(request), expect, ...actionsOf(draft.actions) };
  const flags = { kind: 'http', disableOn404: draft.disableOn404, sendState: draft.sendState } as const;
  if (connection === undefined) return { ...flags, ...last };
  const rounds: HttpRoundModel[] = [
    ...draft.rounds.map((round) => ({
      ...requestOf(round.request),
      expect: round.expect,
      ...actionsOf(round.actions),
      connection: round.connection,
    })),
    { ...last, connection, ...(draft.rounds.length > 0 && draft.request === undefined ? { silent: true } : {}) },
  ];
  const [first, ...next] = rounds;
  return { ...flags, ...(first as HttpRoundModel), ...(next.length === 0 ? {} : { next }) };
}

/** What is expected where nothing is said, with a comment that stands right before it. */
function commented(comment: string): HttpExpectModel {
  return { negate: false, match: { kind: 'status', ranges: [[200, 399]] }, comment };
}

function requestOf(request: HttpRequestDraft | undefined): Omit<HttpRoundModel, 'connection' | 'expect'> {
  return {
    method: request?.method ?? 'OPTIONS',
    uri: request?.uri ?? '/',
    version: request?.version ?? 'HTTP/1.0',
    headers: request?.headers ?? [],
    ...(request?.body === undefined ? {} : { body: request.body }),
    ...(request?.forms === undefined ? {} : { forms: request.forms }),
  };
}

function actionsOf(actions: readonly HttpActionModel[]): Pick<HttpRoundModel, 'actions'> {
  return actions.length === 0 ? {} : { actions };
}
