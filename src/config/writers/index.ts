import type { LoadResult } from '../load.ts';
import type { Verdict } from '../verdict.ts';
import type { Format } from './formats.ts';
import { formatGithub } from './github.ts';
import { formatJson } from './json.ts';
import { formatSarif } from './sarif.ts';

/** The forms for machines; `text` is HAProxy's own (diagnostic-writer.ts). */
export const writers: Readonly<Record<Exclude<Format, 'text'>, (result: LoadResult, verdict: Verdict) => string>> = {
  json: formatJson,
  sarif: formatSarif,
  github: formatGithub,
};
