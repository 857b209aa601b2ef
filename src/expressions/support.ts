/** Which fetches and converters run; the rest is read and checked, and refused where it would be used. */
import type { ConditionModel, LogFormatModel, SampleModel } from './model.ts';
import { converterRunners } from './run/converters.ts';
import { fetchRunners } from './run/fetches.ts';

/** Sample fetches that run in mode tcp. */
export const runningFetches: ReadonlySet<string> = new Set(Object.keys(fetchRunners));

/** Converters that run. */
export const runningConverters: ReadonlySet<string> = new Set(Object.keys(converterRunners));

/** What of a sample does not run: `sample fetch 'path'`; undefined where everything does. */
export function missingInSample(sample: SampleModel): string | undefined {
  if (!runningFetches.has(sample.fetch)) return `sample fetch '${sample.fetch}'`;
  for (const converter of sample.converters) {
    const args = converter.args.map((argument) => argument.text);
    // Some of them do not take every argument (`add(txn.offset)`).
    if (converterRunners[converter.name]?.(args, converter) === undefined) return `converter '${converter.name}'`;
  }
  return undefined;
}

export function missingInCondition(condition: ConditionModel | undefined): string | undefined {
  for (const terms of condition?.anyOf ?? []) {
    for (const { acls } of terms) {
      for (const { sample } of acls) {
        const missing = missingInSample(sample);
        if (missing !== undefined) return missing;
      }
    }
  }
  return undefined;
}

export function missingInFormat(format: LogFormatModel): string | undefined {
  for (const part of format) {
    const missing = part.kind === 'sample' ? missingInSample(part.sample) : undefined;
    if (missing !== undefined) return missing;
    if (part.kind === 'variable' && part.name !== 'o') return `log-format variable '%${part.name}'`;
  }
  return undefined;
}
