/** A mail server of a test: keeps what every client says, and answers as it is told to. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What is said at each moment: a text, texts in several pieces, nothing, or an end of the connection. */
export type MailAnswer = string | readonly string[] | 'close' | 'reset' | undefined;

export type MailMoment = 'greeting' | 'HELO' | 'MAIL' | 'RCPT' | 'DATA' | 'mail' | 'QUIT';

export type MailAnswers = Partial<Readonly<Record<MailMoment, MailAnswer>>>;

const USUAL: Readonly<Record<MailMoment, string>> = {
  greeting: '220 mail.example ESMTP\r\n',
  HELO: '250 mail.example\r\n',
  MAIL: '250 2.1.0 Ok\r\n',
  RCPT: '250 2.1.5 Ok\r\n',
  DATA: '354 End data with <CR><LF>.<CR><LF>\r\n',
  mail: '250 2.0.0 Ok: queued\r\n',
  QUIT: '221 2.0.0 Bye\r\n',
};

/** One connection. */
export class MailTalk {
  /** Everything the client said. */
  said = '';
  /** The connection is gone, from whichever side. */
  over = false;

  /** What the mail server was to take, when it came to that. */
  get subject(): string | undefined {
    return /^Subject: (.*)\r$/m.exec(this.said)?.[1];
  }

  /** The last command. */
  get last(): string | undefined {
    return this.said
      .split('\r\n')
      .filter((line) => line !== '')
      .at(-1);
  }
}

export class MailServer {
  readonly talks: MailTalk[] = [];
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** Subjects in order of arrival. */
  get subjects(): readonly string[] {
    return this.talks.flatMap(({ subject }) => (subject === undefined ? [] : [subject]));
  }

  serve(socket: Socket, answers: MailAnswers): void {
    const talk = new MailTalk();
    this.talks.push(talk);
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      talk.over = true;
      this.#sockets.delete(socket);
    });
    let rest = '';
    let mail = false;
    const answer = (moment: MailMoment) => void say(socket, moment in answers ? answers[moment] : USUAL[moment]);
    socket.on('data', (chunk) => {
      talk.said += chunk.toString('latin1');
      rest += chunk.toString('latin1');
      for (;;) {
        const end = rest.indexOf(mail ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const line = rest.slice(0, end);
        rest = rest.slice(end + (mail ? 5 : 2));
        if (mail) {
          mail = false;
          answer('mail');
          continue;
        }
        const word = line.slice(0, 4).toUpperCase();
        mail = word === 'DATA' && (!('DATA' in answers) || String(answers.DATA).startsWith('3'));
        if (word === 'HELO' || word === 'MAIL' || word === 'RCPT' || word === 'DATA' || word === 'QUIT') answer(word);
        else socket.write('500 5.5.2 Error\r\n');
      }
    });
    answer('greeting');
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function say(socket: Socket, what: MailAnswer): Promise<void> {
  if (what === 'close') socket.end();
  else if (what === 'reset') socket.resetAndDestroy();
  else if (typeof what === 'string') socket.write(what);
  else {
    for (const piece of what ?? []) {
      if (socket.destroyed) return;
      socket.write(piece);
      // Long enough to be read by itself; nothing is measured by it.
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }
}

export async function startMailServer(answers: MailAnswers = {}): Promise<MailServer> {
  const holder: { mails?: MailServer } = {};
  const server = createServer((socket) => holder.mails?.serve(socket, answers));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const mails = new MailServer(server, (server.address() as AddressInfo).port);
  holder.mails = mails;
  return mails;
}
