/** Which fetches, converters and match methods run; the rest is read and checked, and refused where it would be used. */
import type { ConditionModel, LogFormatModel, SampleModel } from './model.ts';

/** Sample fetches that run in mode tcp. */
export const runningFetches: ReadonlySet<string> = new Set<string>([]);

/** Converters that run. */
export const runningConverters: ReadonlySet<string> = new Set<string>([]);

/** What of a sample does not run: `sample fetch 'path'`; undefined where everything does. */
export function missingInSample(sample: SampleModel): string | undefined {
  if (!runningFetches.has(sample.fetch)) return `sample fetch '${sample.fetch}'`;
  const converter = sample.converters.find((each) => !runningConverters.has(each.name));
  return converter && `converter '${converter.name}'`;
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
    if (part.kind === 'variable') return `log-format variable '%${part.name}'`;
  }
  return undefined;
}
