import type { KeywordDefinition } from '../keyword.ts';
import type { ServerDraft } from '../server-draft.ts';

export const serverParameters: readonly KeywordDefinition<ServerDraft>[] = [];
