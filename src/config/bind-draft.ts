import type { ListenerModel } from './model.ts';

/** One socket of a `bind` line while the line is read. */
export type BindDraft = { -readonly [Key in keyof ListenerModel]: ListenerModel[Key] };
