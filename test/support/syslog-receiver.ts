/** A syslog receiver on loopback: keeps every datagram, and lets a test wait for the one it is after. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { waitFor } from './wait.ts';

export interface SyslogReceiver {
  readonly port: number;
  /** `127.0.0.1:port`, as a `log` line wants it. */
  readonly address: string;
  /** Every datagram as received, in order of arrival. */
  readonly raw: string[];
  /** The datagrams without date and process id: `<134>haproxy: text`, one entry each. */
  normalised(): string[];
  /** Only the message after `haproxy[pid]: `, with the priority in front: `<129>Server b/s is DOWN...`. */
  messages(): string[];
  /** Waits until a message matches; returns it. */
  waitForMessage(pattern: RegExp, limit?: number): Promise<string>;
  close(): Promise<void>;
}

const HEADER = /^(<\d+>)(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )(\S+?)\[\d+\]: /;

/** Starts a receiver on a port of its own. */
export async function startSyslogReceiver(): Promise<SyslogReceiver> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  const raw: string[] = [];
  socket.on('message', (message) => raw.push(message.toString('utf8')));
  socket.on('error', () => {});
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const port = socket.address().port;
  const messages = () => raw.map((line) => line.replace(HEADER, '$1').replace(/\n$/, ''));
  return {
    port,
    address: `127.0.0.1:${port}`,
    raw,
    normalised: () => raw.map((line) => line.replace(HEADER, '$1$2: ').replace(/\n$/, '')),
    messages,
    waitForMessage: (pattern, limit) =>
      waitFor(`a log line like ${pattern}`, () => messages().find((line) => pattern.test(line)), {
        ...(limit === undefined ? {} : { limit }),
        describe: () => `\n${messages().slice(-20).join('\n')}`,
      }),
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}
