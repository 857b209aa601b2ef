/** `-cc`: evaluates a condition of `.if` and says by the exit code what came out. */
import { evaluateCondition } from '../config/condition.ts';
import { languageVersion } from '../config/language-versions.ts';
import type { Environment } from '../config/lexer.ts';
import { addPredefinedVariables } from '../config/predefined-variables.ts';
import { parseLine } from '../grammar/line.ts';
import { newConsole } from './new-console.ts';
import type { Options } from './options.ts';

/** 0: true; 1: false; 2: it cannot be read. Quotes, escapes and variables act as on a line of a configuration. */
export function checkCondition(text: string, options: Options): 0 | 1 | 2 {
  const refuse = (message: string) => {
    if (!options.quiet) newConsole().show('ALERT', `config : ${message}`);
    return 2 as const;
  };
  const environment: Environment = { ...process.env };
  const version = languageVersion(options.target);
  addPredefinedVariables(environment, { files: [], localPeer: options.localPeer, version });
  const { words, problem } = parseLine(text, (name) => environment[name]);
  if (problem?.code === 'quote') return refuse('Syntax Error in condition: Unmatched quote.');
  if (problem !== undefined) return refuse(`Syntax Error in condition: at position ${problem.at + 1}.`);
  const condition = words.map((word) => word.text).join(' ');
  const result = evaluateCondition(condition, { environment, version, switched: new Map() });
  if (!result.ok) return refuse(`Failed to evaluate condition: ${result.message}`);
  return result.value ? 0 : 1;
}
