/** From files (or a text) to a model, or to diagnostics. */
import { addressNames } from './address-names.ts';
import { type LookupHost, lookupHost, resolveHosts } from './address-resolution.ts';
import { applyInventedChecks } from './apply-invented-checks.ts';
import { buildModel } from './build-model.ts';
import { runPasses } from './checks/index.ts';
import type { Diagnostic } from './diagnostic.ts';
import { DiagnosticLog, NOT_SUPPORTED } from './diagnostic-log.ts';
import type { ConfigDraft } from './draft.ts';
import type { Line } from './keyword.ts';
import { languageVersion, type Target } from './language-versions.ts';
import { type Environment, type LexedLine, lexSource, newLexingState } from './lexer.ts';
import { logAddressNames } from './log-target.ts';
import { systemMaxconn } from './maxconn.ts';
import type { Model } from './model.ts';
import { newGlobalDraft } from './new-global.ts';
import { reportNewerKeywords } from './newer-keywords.ts';
import { addPredefinedVariables } from './predefined-variables.ts';
import { readFile } from './reader.ts';
import { reportSharedNames } from './shared-names.ts';
import { readSources, type SourceFile, sourceFromText } from './source.ts';
import { withStandingHelp } from './standing-help.ts';
import { withoutSuppressed } from './suppressions.ts';

export interface TextOptions {
  /** HAProxy's own strictness: what hapax would mend with a warning is an error. Default: no. */
  readonly strict?: boolean;
  /** `-V`: tells, in notices, which lines are without effect here and why. Default: no; never where `strict`. */
  readonly notes?: boolean;
  /** For `"${NAME}"`; default: the process's own. It is not changed by `setenv`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The version of HAProxy's language that conditions see; default: the newest hapax knows. */
  readonly target?: Target | undefined;
  /** `-L`: what `HAPROXY_LOCALPEER` says; default: the name of the machine. */
  readonly localPeer?: string | undefined;
  /** `-W`: sets `HAPROXY_MWORKER`. */
  readonly masterWorker?: boolean | undefined;
  /** What `-n` says; wins over `maxconn` of `global`. */
  readonly maxconn?: number;
  /** maxconn where nothing says it; default: what the limit of open files allows. */
  readonly maxconnDefault?: number;
  /** How names in addresses are resolved; default: the system's resolver. */
  readonly lookup?: LookupHost;
}

export interface LoadOptions extends TextOptions {
  /** Files, or directories whose `*.cfg` are read in order of their names. */
  readonly files: readonly string[];
}

export interface LoadResult {
  /** Absent when there was an alert. */
  readonly model?: Model;
  /** In the order of finding. */
  readonly diagnostics: readonly Diagnostic[];
  /** What was read, for showing the lines meant. */
  readonly sources: readonly SourceFile[];
}

/** Reads a configuration from files. Every mistake is in `diagnostics`; only a bug of hapax is thrown. */
export async function loadConfiguration(options: LoadOptions): Promise<LoadResult> {
  const { sources, problems } = readSources(options.files);
  if (problems.length > 0) {
    const diagnostics = problems.map(
      ({ code, message }): Diagnostic => ({ code, severity: 'alert', message: `config : ${message}`, fatal: true }),
    );
    return { diagnostics, sources };
  }
  return loadSourceFiles(sources, options);
}

/** Reads a configuration from a text; `name` is what messages call it. */
export async function loadConfigurationText(
  text: string,
  name = 'configuration',
  options: TextOptions = {},
): Promise<LoadResult> {
  return loadSourceFiles([sourceFromText(name, text)], options);
}

/** Reads files that are in memory already. */
export async function loadSourceFiles(sources: readonly SourceFile[], options: TextOptions): Promise<LoadResult> {
  const log = new DiagnosticLog();
  const strict = options.strict ?? false;
  const environment: Environment = { ...(options.env ?? process.env) };
  const version = languageVersion(options.target);
  const files = sources.map((source) => source.name);
  addPredefinedVariables(environment, { ...options, files, version });
  const lexing = newLexingState(environment, strict, version);
  const lexed = sources.map((source) => lexSource(source, lexing));
  const hosts = await resolveHosts(namesIn(lexed, environment), options.lookup ?? lookupHost);
  const config: ConfigDraft = {
    global: newGlobalDraft(),
    defaults: [],
    proxies: [],
    foreign: new Map(),
    mailers: new Map(),
    healthchecks: new Map(),
    fcgiApps: new Map(),
    hosts,
    env: environment,
    strict,
    notes: options.notes === true && !strict,
    target: options.target,
    maxconnDefault: options.maxconnDefault ?? systemMaxconn(),
    ...(options.maxconn === undefined ? {} : { maxconn: options.maxconn }),
  };
  for (const [index, source] of sources.entries()) {
    if (!log.ended) readFile(source.name, lexed[index]!, config, log);
  }
  if (!log.ended) applyInventedChecks(config, log);
  if (!log.ended && options.target !== undefined) {
    reportNewerKeywords(linesOf(lexed), options.target, strict, log);
  }
  if (!log.ended) reportSharedNames(config, linesOf(lexed), log);
  // What hapax lacks does not keep it from finding what is wrong.
  if (log.mistakes === 0) await runPasses(config, log);
  // HAProxy knows no such comments.
  const found = strict ? onlyMistakes(log) : withoutSuppressed(log.diagnostics, sources);
  const diagnostics = withStandingHelp(found, sources, environment);
  if (diagnostics.some((each) => each.severity === 'alert' && !each.harmless)) return { diagnostics, sources };
  return { model: buildModel(config), diagnostics, sources };
}

/** What HAProxy would say: what hapax cannot do counts only where HAProxy finds nothing wrong. */
function onlyMistakes(log: DiagnosticLog): readonly Diagnostic[] {
  return log.mistakes === 0 ? log.diagnostics : log.diagnostics.filter(({ code }) => code !== NOT_SUPPORTED);
}

function* linesOf(files: readonly (readonly LexedLine[])[]): Generator<Line> {
  for (const lines of files) for (const { line } of lines) if (line !== undefined) yield line;
}

function* namesIn(files: readonly (readonly LexedLine[])[], environment: Environment): Generator<string> {
  for (const line of linesOf(files)) {
    yield* addressNames(line, environment);
    yield* logAddressNames(line, environment);
  }
}
