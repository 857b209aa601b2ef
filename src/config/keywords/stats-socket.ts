import type { GlobalDraft } from '../draft.ts';
import type { KeywordDefinition } from '../keyword.ts';

export const statsSocketKeywords: readonly KeywordDefinition<GlobalDraft>[] = [];
