import type { CheckModel, ServerModel } from './model.ts';

/** One server while its line is read. */
export type ServerDraft = { -readonly [Key in keyof ServerModel]: ServerModel[Key] };

/** What `default-server` lines have said so far. */
export type ServerDefaults = Partial<ServerDraft>;

/** Freshly made for the first section, then inherited. */
export function newServerDefaults(): ServerDefaults {
  return {};
}

/** What `option httpchk`, `http-check`, `option tcp-check`, `tcp-check`... have said so far. */
export interface CheckDraft {
  model: CheckModel;
}

export function newCheckDraft(): CheckDraft {
  return { model: { kind: 'connect', explicit: false } };
}
