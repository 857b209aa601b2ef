/** `hapax fix`: rewrites a configuration in today's form. */
import { chmodSync, chownSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { readUpTo } from '../../config/bounded-read.ts';
import { formatDiagnostics } from '../../config/diagnostic-writer.ts';
import { fixText } from '../../config/fix-text.ts';
import { errorText, MAX_FILE_BYTES, textOf } from '../../config/source.ts';
import { unifiedDiff } from '../line-differences.ts';
import { print } from '../run.ts';

export const FIX_USAGE = `
Usage : hapax fix <file> [--write | --diff]
        prints the file in today's form: old and mistaken lines whose meaning is plain become the lines HAProxy reads today;
        comments and layout stay
        --write  writes the file instead of printing it
        --diff   prints the differences instead
        exits with 0 when nothing is left that is refused or warned of, 1 when something is, 2 when nothing could be done

`;

/** Returns the exit code. */
export async function fix(argv: readonly string[]): Promise<0 | 1 | 2> {
  const options = parse(argv);
  if (options === undefined) {
    print(2, FIX_USAGE);
    return 2;
  }
  const { file, write, diff } = options;
  const refuse = (error: string) => {
    print(2, `hapax fix: ${file}: ${error}\n`);
    return 2 as const;
  };
  let bytes: Buffer | undefined;
  try {
    if (write && !statSync(file).isFile()) return refuse('it is no regular file, and cannot be written anew');
    bytes = readUpTo(file, MAX_FILE_BYTES);
  } catch (error) {
    return refuse(errorText(error));
  }
  const text = bytes && textOf(bytes);
  if (bytes === undefined || text === undefined) return refuse('it is too large for a configuration');
  if (!Buffer.from(text).equals(bytes)) return refuse('it is not UTF-8, and would not come out whole');
  const fixed = await fixText(text, file);
  if (diff) print(1, unifiedDiff(file, text, fixed.text));
  else if (!write) print(1, fixed.text);
  else if (fixed.text !== text) {
    try {
      replaceFile(file, fixed.text);
    } catch (error) {
      return refuse(errorText(error));
    }
  }
  print(2, formatDiagnostics(fixed.result));
  const left = fixed.result.diagnostics.filter(({ severity }) => severity === 'alert' || severity === 'warning');
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  print(
    2,
    `${file}: ${count(fixed.made, 'fix').replace('fixs', 'fixes')} made, ${count(left.length, 'problem')} left.\n`,
  );
  return left.length === 0 ? 0 : 1;
}

/** In one step, so that nobody reads half a file; its mode and owner stay, and a link to it stays a link. */
function replaceFile(link: string, text: string): void {
  const file = realpathSync(link);
  const { mode, uid, gid } = statSync(file);
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, text, { mode: mode & 0o7777, flag: 'wx' });
  try {
    chownSync(fresh, uid, gid);
    chmodSync(fresh, mode & 0o7777);
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function parse(argv: readonly string[]) {
  const program = new Command('fix')
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .helpOption(false)
    .argument('<file>')
    .option('--write')
    .option('--diff')
    .allowExcessArguments(false);
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return undefined;
    throw error;
  }
  const { write = false, diff = false } = program.opts<{ write?: boolean; diff?: boolean }>();
  if (write && diff) return undefined;
  return { file: program.args[0]!, write, diff };
}
