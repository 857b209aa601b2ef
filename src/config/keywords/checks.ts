import type { ProxyDraft } from '../draft.ts';
import type { KeywordDefinition } from '../keyword.ts';

export const checkKeywords: readonly KeywordDefinition<ProxyDraft>[] = [];
