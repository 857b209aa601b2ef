import type { CheckDraft } from './check-draft.ts';
import type { CheckModel, HttpCheckModel } from './model.ts';

/** The check a backend's keywords describe; HAProxy's defaults fill what they leave open. */
export function buildCheck(draft: CheckDraft): CheckModel {
  const { selected } = draft;
  if (selected.kind === 'http') return httpCheck(draft);
  if (selected.kind === 'connect') return { kind: 'connect', explicit: false };
  if (selected.kind !== 'tcp') return selected;
  return draft.tcpRules.length === 0 ? { kind: 'connect', explicit: true } : { kind: 'tcp', rules: draft.tcpRules };
}

function httpCheck(draft: CheckDraft): HttpCheckModel {
  // Rules of the section itself displace the request of `defaults`; a check without any request could never pass.
  const request = draft.request ?? draft.inheritedRequest;
  return {
    kind: 'http',
    method: request?.method ?? 'OPTIONS',
    uri: request?.uri ?? '/',
    version: request?.version ?? 'HTTP/1.0',
    headers: request?.headers ?? [],
    ...(request?.body === undefined ? {} : { body: request.body }),
    expect: draft.expect,
    disableOn404: draft.disableOn404,
    sendState: draft.sendState,
  };
}
