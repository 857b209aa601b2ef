/** Which fetches and converters run; the rest is read and checked, and refused where it would be used. */
import type { ConditionModel, LogFormatModel, SampleModel } from './model.ts';
import { checkAliases } from './run/check-aliases.ts';
import { checkFetchRunners } from './run/check-fetches.ts';
import { converterRunners } from './run/converters.ts';
import { fetchRunners } from './run/fetches.ts';

/** What runs at one place. */
export interface Support {
  readonly fetches: ReadonlySet<string>;
  /** Aliases of log-format strings. */
  readonly aliases: ReadonlySet<string>;
  /** Variables can be kept. */
  readonly variables: boolean;
}

/** Rules about a client's connection, in mode tcp. */
export const trafficSupport: Support = {
  fetches: new Set(Object.keys(fetchRunners)),
  aliases: new Set(),
  variables: false,
};

/** Rules of health checks. */
export const checkSupport: Support = {
  fetches: new Set(Object.keys(checkFetchRunners)),
  aliases: new Set(Object.keys(checkAliases)),
  variables: true,
};

/** Sample fetches that run in mode tcp. */
export const runningFetches = trafficSupport.fetches;

const VARIABLE = new Set(['set-var', 'unset-var', 'concat']);

/** Converters that run in mode tcp. */
export const runningConverters: ReadonlySet<string> = new Set(
  Object.keys(converterRunners).filter((name) => !VARIABLE.has(name)),
);

/** What of a sample does not run: `sample fetch 'path'`; undefined where everything does. */
export function missingInSample(sample: SampleModel, support: Support = trafficSupport): string | undefined {
  if (!support.fetches.has(sample.fetch)) return `sample fetch '${sample.fetch}'`;
  for (const converter of sample.converters) {
    const args = converter.args.map((argument) => argument.text);
    // Some of them do not take every argument (`bytes(txn.offset)`).
    const runs = converterRunners[converter.name]?.(args, converter) !== undefined;
    const keeps = VARIABLE.has(converter.name) || args.some((text) => /^(proc|sess|txn|req|res|check)\./.test(text));
    if (!runs || (keeps && !support.variables)) return `converter '${converter.name}'`;
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

export function missingInFormat(format: LogFormatModel, support: Support = trafficSupport): string | undefined {
  for (const part of format) {
    const missing = part.kind === 'sample' ? missingInSample(part.sample, support) : undefined;
    if (missing !== undefined) return missing;
    if (part.kind === 'variable' && part.name !== 'o' && !support.aliases.has(part.name)) {
      return `log-format variable '%${part.name}'`;
    }
  }
  return undefined;
}
