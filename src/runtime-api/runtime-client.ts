/** One connection to a stats socket: reads lines, runs commands, writes answers. */
import type { Socket } from 'node:net';
import { errorCode } from '../system/error-text.ts';
import { type CommandContext, type CommandSession, failure, type Level, type Reply } from './command.ts';
import { splitCommands } from './command-line.ts';
import { runCommand } from './dispatch.ts';
import { LineSplitter } from './line-splitter.ts';
import { formatReply } from './reply-format.ts';

/** Answers are gathered up to this many characters before they are written, so that a line of many commands needs no more. */
const WRITE_SIZE = 65_536;
/** How long what a client still sends is read and thrown away after the last answer, so that closing is no reset for it. */
const LINGER = 250;

const TOO_BIG =
  "The command line is too big for the buffer size. Please change 'tune.bufsize' in the configuration to use a bigger command.";

export interface ClientOptions {
  readonly level: Level;
  /** ms. */
  readonly timeout: number;
  readonly context: Omit<CommandContext, 'session'>;
  readonly log: (message: string) => void;
}

/**
 * Without `prompt`, every complete line that has arrived is answered and the connection closes. A client may close its
 * sending side at once and still gets its answer; bytes without a line end get none. A client that does not read is
 * waited for, with one answer in memory, until the timeout.
 */
export class RuntimeClient {
  readonly #socket: Socket;
  readonly #options: ClientOptions;
  readonly #splitter = new LineSplitter();
  readonly #session: CommandSession;
  readonly #context: CommandContext;
  readonly #lines: string[] = [];
  #commands: string[][] = [];
  #tooLong = false;
  #answered = false;
  #blocked = false;
  #awaiting = false;
  #ended = false;
  #closing = false;

  constructor(socket: Socket, options: ClientOptions) {
    this.#socket = socket;
    this.#options = options;
    const { level, timeout } = options;
    this.#session = { level, timeout, interactive: false, severityOutput: 'none', quit: false };
    this.#context = { ...options.context, session: this.#session };
    socket.setTimeout(timeout, () => socket.destroy());
    socket.on('error', (error) => this.#failed(error));
    socket.on('drain', () => this.#drained());
    socket.on('end', () => this.#inputEnded());
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
  }

  #received(chunk: Buffer): void {
    if (this.#closing) return;
    const { lines, tooLong } = this.#splitter.push(chunk);
    for (const line of lines) this.#lines.push(line);
    this.#tooLong ||= tooLong;
    this.#work();
  }

  #inputEnded(): void {
    this.#ended = true;
    this.#work();
  }

  #drained(): void {
    this.#blocked = false;
    if (!this.#closing) this.#socket.resume();
    this.#work();
  }

  #work(): void {
    if (this.#blocked || this.#awaiting || this.#closing) return;
    let text = '';
    for (let words = this.#nextCommand(); words !== undefined; words = this.#nextCommand()) {
      const reply = this.#run(words);
      if (reply.later !== undefined) {
        this.#await(reply.later, text);
        return;
      }
      text += this.#format(reply);
      if (this.#session.quit) break;
      if (text.length < WRITE_SIZE) continue;
      if (!this.#write(text)) return;
      text = '';
    }
    if (this.#tooLong && !this.#session.quit) text += `${TOO_BIG}\n`;
    const over = this.#session.quit || this.#tooLong || this.#ended || (this.#answered && !this.#session.interactive);
    if (over) this.#finish(text);
    else if (text !== '') this.#write(text);
  }

  /** Writes; false when the client must first take what it asked for: until then nothing more is read or run. */
  #write(text: string): boolean {
    if (this.#socket.write(text)) return true;
    this.#blocked = true;
    this.#socket.pause();
    return false;
  }

  #nextCommand(): string[] | undefined {
    if (this.#commands.length === 0) {
      const line = this.#lines.shift();
      if (line === undefined) return undefined;
      this.#answered = true;
      this.#commands = splitCommands(line).reverse();
    }
    return this.#commands.pop();
  }

  #run(words: readonly string[]): Reply {
    const { timeout } = this.#session;
    try {
      const reply = runCommand(this.#context, words);
      if (this.#session.timeout !== timeout) this.#socket.setTimeout(this.#session.timeout);
      return reply;
    } catch (error) {
      // A bug of ours in one command must cost neither the connection nor the proxy.
      this.#options.log(`runtime API: '${words.slice(0, 3).join(' ')}' failed: ${String(error)}`);
      return failure('Internal error.');
    }
  }

  #format(reply: Reply): string {
    return this.#session.quit ? '' : formatReply(reply, this.#session);
  }

  /** Nothing more is run or read before the reply is there. `before`: what the commands in front of it have answered. */
  #await(later: Promise<Reply>, before: string): void {
    this.#awaiting = true;
    this.#socket.pause();
    void later.then((reply) => {
      this.#awaiting = false;
      if (this.#socket.destroyed) return;
      if (!this.#write(before + this.#format(reply))) return;
      this.#socket.resume();
      this.#work();
    });
  }

  /** Writes the last words and closes, without cutting them off when unread input is left. */
  #finish(text: string): void {
    this.#closing = true;
    this.#lines.length = 0;
    this.#commands = [];
    const socket = this.#socket;
    socket.resume();
    socket.end(text, () => {
      if (socket.destroyed) return;
      const timer = setTimeout(() => socket.destroy(), LINGER);
      socket.once('close', () => clearTimeout(timer));
    });
  }

  #failed(error: Error): void {
    const code = errorCode(error);
    // Clients that leave early are everyday business.
    if (code !== 'ECONNRESET' && code !== 'EPIPE') this.#options.log(`runtime API: connection failed: ${code}`);
    this.#socket.destroy();
  }
}
