import type { BindDraft } from '../bind-draft.ts';
import type { KeywordDefinition } from '../keyword.ts';

export const bindParameters: readonly KeywordDefinition<BindDraft>[] = [];
