/**
 * Sessions that end in every way, by a plan drawn from random numbers. The client's first line tells the scripted server
 * its part, so that the same plan can be played through any proxy.
 */
import type { Random } from './random.ts';
import { plain, type Script, type ScriptedServer, startScripted } from './scripted-server.ts';
import { TcpClient } from './tcp-client.ts';
import { pause, waitFor } from './wait.ts';

/** How the client ends. `orderly` ones lose no byte, so that sums can be compared. */
export type ClientPlan =
  | 'leave-at-once'
  | 'finish-at-once'
  | 'finish-then-read'
  | 'read-then-finish'
  | 'reset-at-once'
  | 'reset-mid-stream'
  | 'destroy-mid-stream'
  | 'reset-after-finish';

export type ServerPlan = 'echo' | 'send' | 'close-after' | 'reset-after' | 'silent-until-end';

export interface SessionPlan {
  readonly client: ClientPlan;
  readonly server: ServerPlan;
  /** Bytes the client sends after its first line, and bytes the server sends for `send` and `*-after`. */
  readonly upload: number;
  readonly download: number;
  /** Milliseconds the client waits before its ending. */
  readonly wait: number;
}

const ORDERLY: readonly ClientPlan[] = ['finish-at-once', 'finish-then-read', 'read-then-finish'];
const DISORDERLY: readonly ClientPlan[] = [
  'leave-at-once',
  'reset-at-once',
  'reset-mid-stream',
  'destroy-mid-stream',
  'reset-after-finish',
  'finish-then-read',
];

/** A plan without any RST, so that both ends can count every byte. */
export function orderlyPlan(random: Random): SessionPlan {
  return {
    client: random.pick(ORDERLY),
    server: random.pick(['echo', 'send', 'silent-until-end', 'close-after']),
    upload: random.chance(0.2) ? 0 : random.below(40_000),
    download: random.below(60_000),
    wait: random.chance(0.5) ? 0 : random.below(40),
  };
}

/** A plan with an RST or a close in the middle, from either side. */
export function disorderlyPlan(random: Random): SessionPlan {
  return {
    client: random.pick(DISORDERLY),
    server: random.pick(['echo', 'send', 'close-after', 'reset-after', 'silent-until-end']),
    upload: random.below(40_000),
    download: random.below(60_000),
    wait: random.chance(0.5) ? 0 : random.below(40),
  };
}

const LINE = /^(\S+) (\d+) *\n/;

/** The server's part: reads the first line of the client and does what it says. */
const playServer: Script = ({ stream, socket }) => {
  let head = '';
  const onData = (chunk: Buffer) => {
    head += chunk.toString('latin1');
    const line = LINE.exec(head);
    if (line === null) return;
    stream.off('data', onData);
    const [first, plan, size] = [line[0], line[1] as ServerPlan, Number(line[2])];
    if (plan === 'echo') {
      stream.write(Buffer.from(head.slice(first.length), 'latin1'));
      stream.pipe(stream);
      return;
    }
    if (plan !== 'silent-until-end') stream.write('d'.repeat(size));
    if (plan === 'close-after') stream.end();
    if (plan === 'reset-after') setImmediate(() => socket.resetAndDestroy());
    stream.on('end', () => stream.end());
    stream.resume();
  };
  stream.on('data', onData);
  stream.on('end', () => {
    if (LINE.exec(head) === null) stream.end();
  });
};

export function startPlanServer(): Promise<ScriptedServer> {
  return startScripted(plain(playServer));
}

export interface SessionOutcome {
  readonly connected: boolean;
  /** Bytes given to the kernel, and bytes that came. */
  readonly sent: number;
  readonly received: number;
  /** The plan was orderly and ended as it should: everything sent was taken, and the peer's FIN came. */
  readonly complete: boolean;
}

/** Plays the client's part against a proxy on `port`. Never rejects for what the network does. */
export async function playClient(plan: SessionPlan, port: number): Promise<SessionOutcome> {
  const client = new TcpClient(port, '127.0.0.1', false);
  const outcome = (complete: boolean): SessionOutcome => ({
    connected: client.connected,
    sent: client.sentBytes,
    received: client.receivedBytes,
    complete,
  });
  await waitFor('the connection or its failure', () => client.connected || client.end !== 'open', { every: 1 });
  if (!client.connected) return outcome(false);
  if (plan.client === 'leave-at-once' || plan.client === 'reset-at-once') {
    if (plan.client === 'leave-at-once') client.destroy();
    else client.reset();
    return outcome(false);
  }
  client.write(`${plan.server} ${plan.download}\n`);
  if (plan.upload > 0) client.write(Buffer.alloc(plan.upload, 0x75));
  if (plan.client === 'finish-at-once') client.finish();
  if (plan.wait > 0) await pause(plan.wait);
  switch (plan.client) {
    case 'finish-then-read':
      client.finish();
      break;
    case 'read-then-finish': {
      const expected = plan.server === 'echo' ? plan.upload : plan.server === 'silent-until-end' ? 0 : plan.download;
      await waitFor('the answer', () => client.receivedBytes >= expected || client.end !== 'open', {
        every: 3,
        limit: 60_000,
      });
      client.finish();
      break;
    }
    case 'reset-mid-stream':
      client.reset();
      return outcome(false);
    case 'destroy-mid-stream':
      client.destroy();
      return outcome(false);
    case 'reset-after-finish':
      client.finish();
      await pause(plan.wait);
      client.reset();
      return outcome(false);
    default:
      break;
  }
  await client.waitForEnd(60_000);
  const complete = client.end === 'fin';
  client.destroy();
  return outcome(complete);
}
