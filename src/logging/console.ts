/** What is said on stderr: HAProxy's tagged lines, with the two lines about version and program before the first problem. */
import { DescriptorWriter } from '../system/descriptor.ts';

export type ConsoleTag = 'NOTICE' | 'WARNING' | 'ALERT' | 'DIAG';

/** `[ALERT]    (123) : text`: the tag fills eleven columns. */
export function consoleLine(tag: ConsoleTag, pid: number, text: string): string {
  return `${`[${tag}]`.padEnd(11)}(${pid}) : ${text}\n`;
}

export interface ConsoleOptions {
  /** Lines without tag that come once before the first WARNING or ALERT while starting. */
  readonly introduction: readonly string[];
  readonly pid?: number;
  /** Where lines go; default: stderr, without waiting for a slow reader. */
  readonly write?: (text: string) => void;
}

export class Console {
  readonly #pid: number;
  readonly #introduction: readonly string[];
  readonly #write: (text: string) => void;
  #introduced = false;
  #starting = true;
  #silent = false;

  constructor(options: ConsoleOptions) {
    this.#pid = options.pid ?? process.pid;
    this.#introduction = options.introduction;
    if (options.write !== undefined) {
      this.#write = options.write;
    } else {
      const stderr = new DescriptorWriter(2);
      this.#write = (text) => void stderr.write(Buffer.from(text));
    }
  }

  /** Nothing is printed from now on: `-q`, or the terminal is no longer ours. */
  silence(): void {
    this.#silent = true;
  }

  /** Starting is over: problems of a running program come without introduction. */
  started(): void {
    this.#starting = false;
  }

  /** The introduction has been printed by another writer. */
  introduced(): void {
    this.#introduced = true;
  }

  /** Prints one tagged message. */
  show(tag: ConsoleTag, text: string): void {
    if (this.#silent) return;
    let out = '';
    if (this.#starting && !this.#introduced && (tag === 'WARNING' || tag === 'ALERT')) {
      this.#introduced = true;
      for (const line of this.#introduction) out += consoleLine('NOTICE', this.#pid, line);
    }
    this.#write(out + consoleLine(tag, this.#pid, text));
  }

  /** Prints text as it is (finished diagnostics). */
  raw(text: string): void {
    if (!this.#silent) this.#write(text);
  }
}
