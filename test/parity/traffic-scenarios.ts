/** What can happen to a TCP session, one listener each: the lines of its section, and what clients and servers do. */
import type { ScriptedServer } from '../support/scripted-server.ts';
import { openClient, type TcpClient } from '../support/tcp-client.ts';
import { pause, waitFor } from '../support/wait.ts';

/** What a scenario may use; every program has servers of its own. */
export interface TrafficStage {
  readonly product: string;
  /** The port of the scenario's own listener. */
  readonly port: number;
  readonly echo: ScriptedServer;
  readonly greeter: ScriptedServer;
  readonly silent: ScriptedServer;
  readonly resetter: ScriptedServer;
  /** Reads a request line, answers `bye`, closes. */
  readonly answerer: ScriptedServer;
  /** Refused or accepted as a scenario wants; belongs to the scenario alone. */
  readonly own: ScriptedServer;
  readonly closed: number;
  readonly hole: number;
  /** The directory of the program, `$DIR` in the configuration. */
  readonly directory: string;
  /** Asks the stats socket. */
  readonly ask: (command: string) => Promise<string>;
  /** One column of one row of the scenario's listener. */
  readonly stat: (service: string, column: string) => Promise<string>;
}

export interface TrafficScenario {
  readonly name: string;
  /** Lines of the section; `$ECHO`, `$GREET`, `$SILENT`, `$RESET`, `$ANSWER`, `$OWN`, `$CLOSED`, `$HOLE` are addresses. */
  readonly lines: readonly string[];
  /** Another section the listener needs. */
  readonly more?: readonly string[];
  /** Plays the scenario; the answer says what the clients saw and must be equal for both programs. */
  readonly act: (stage: TrafficStage) => Promise<string>;
  /** Runs with nothing beside it, so that the count of all connections in its line is compared. */
  readonly alone?: boolean;
  /** Something configured is waited for, so that long and short times in its line are told apart. */
  readonly timed?: boolean;
}

const TCPLOG = 'option tcplog';
const seen = (client: TcpClient) => `${JSON.stringify(client.received)} ${client.end}`;

/** Sends, reads the echo, closes. */
async function exchange(port: number | string, text = 'hello', host = '127.0.0.1', from?: string): Promise<string> {
  const client = await openClient(port, host, from);
  client.write(text);
  await client.waitForBytes(text.length);
  client.finish();
  await client.waitForEnd();
  const result = seen(client);
  client.destroy();
  return result;
}

/** Connects and waits for whatever the proxy does. */
async function connectAndWait(port: number, send?: string): Promise<string> {
  const client = await openClient(port);
  if (send !== undefined) client.write(send);
  await client.waitForEnd();
  const result = seen(client);
  client.destroy();
  return result;
}

const untilStat = (stage: TrafficStage, service: string, column: string, value: string) =>
  waitFor(`${column} of ${service} to be ${value}`, async () => (await stage.stat(service, column)) === value);

export const TRAFFIC_SCENARIOS: readonly TrafficScenario[] = [
  {
    name: 't_normal_alone',
    alone: true,
    lines: [TCPLOG, 'server s $ECHO'],
    act: (stage) => exchange(stage.port),
  },
  { name: 't_normal', lines: [TCPLOG, 'server s $ECHO'], act: (stage) => exchange(stage.port) },
  {
    name: 't_three_in_turn',
    lines: [TCPLOG, 'server a $ECHO', 'server b $ECHO', 'server c $ECHO backup'],
    act: async (stage) => {
      const views: string[] = [];
      for (let index = 0; index < 5; index++) views.push(await exchange(stage.port));
      return views.join(' ');
    },
  },
  { name: 't_server_first', lines: [TCPLOG, 'server s $GREET'], act: (stage) => connectAndWait(stage.port) },
  {
    name: 't_server_closes_first',
    lines: [TCPLOG, 'server s $ANSWER'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      client.write('please\n');
      await client.waitForEnd();
      // The client's own direction is still open and carries nothing more.
      client.finish();
      return seen(client);
    },
  },
  {
    name: 't_half_close',
    lines: [TCPLOG, 'server s $ECHO'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      client.write('half');
      client.finish();
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_connect_and_close',
    lines: [TCPLOG, 'server s $ECHO'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      client.finish();
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_null_unlogged',
    lines: [TCPLOG, 'option dontlognull', 'server s $ECHO'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      client.finish();
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_null_but_data',
    lines: [TCPLOG, 'option dontlognull', 'server s $ECHO'],
    act: (stage) => exchange(stage.port),
  },
  {
    name: 't_client_reset',
    lines: [TCPLOG, 'server s $ECHO'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      client.write('hello');
      await client.waitForBytes(5);
      client.reset();
      return client.received;
    },
  },
  {
    name: 't_client_reset_early',
    lines: [TCPLOG, 'server s $SILENT'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      await untilStat(stage, 's', 'scur', '1');
      client.reset();
      return '';
    },
  },
  { name: 't_server_reset', lines: [TCPLOG, 'server s $RESET'], act: (stage) => connectAndWait(stage.port, 'go\n') },
  {
    name: 't_refused_no_retry',
    lines: [TCPLOG, 'retries 0', 'server s $CLOSED'],
    act: (stage) => connectAndWait(stage.port),
  },
  {
    name: 't_refused_retried',
    timed: true,
    lines: [TCPLOG, 'retries 2', 'timeout connect 400ms', 'server s $CLOSED'],
    act: (stage) => connectAndWait(stage.port),
  },
  {
    name: 't_refused_redispatched',
    lines: [TCPLOG, 'retries 2', 'option redispatch', 'server a $CLOSED', 'server b $CLOSED'],
    act: (stage) => connectAndWait(stage.port),
  },
  {
    name: 't_redispatched_to_good',
    lines: [TCPLOG, 'retries 2', 'option redispatch', 'server a $CLOSED', 'server b $ECHO'],
    act: (stage) => exchange(stage.port),
  },
  {
    name: 't_connect_timeout',
    timed: true,
    lines: [TCPLOG, 'retries 0', 'timeout connect 500ms', 'server s $HOLE'],
    act: (stage) => connectAndWait(stage.port),
  },
  {
    name: 't_connect_timeout_retried',
    timed: true,
    lines: [TCPLOG, 'retries 1', 'timeout connect 400ms', 'server s $HOLE'],
    act: (stage) => connectAndWait(stage.port),
  },
  {
    name: 't_close_while_connecting',
    lines: [TCPLOG, 'retries 0', 'timeout connect 2s', 'server s $HOLE'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      await untilStat(stage, 'FRONTEND', 'scur', '1');
      client.finish();
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_reset_while_connecting',
    lines: [TCPLOG, 'retries 0', 'timeout connect 2s', 'server s $HOLE'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      await untilStat(stage, 'FRONTEND', 'scur', '1');
      client.reset();
      return '';
    },
  },
  {
    name: 't_both_silent',
    timed: true,
    lines: [TCPLOG, 'timeout client 600ms', 'timeout server 600ms', 'server s $SILENT'],
    act: (stage) => connectAndWait(stage.port),
  },
  {
    name: 't_server_timeout',
    timed: true,
    lines: [TCPLOG, 'timeout client 5s', 'timeout server 600ms', 'server s $SILENT'],
    act: (stage) => connectAndWait(stage.port, 'well?'),
  },
  {
    name: 't_client_timeout',
    timed: true,
    lines: [TCPLOG, 'timeout client 600ms', 'timeout server 5s', 'server s $ECHO'],
    act: (stage) => connectAndWait(stage.port, 'hi'),
  },
  {
    name: 't_server_timeout_idle',
    timed: true,
    lines: [TCPLOG, 'timeout client 5s', 'timeout server 600ms', 'server s $ECHO'],
    act: (stage) => connectAndWait(stage.port, 'hi'),
  },
  {
    name: 't_tunnel_timeout',
    timed: true,
    lines: [TCPLOG, 'timeout client 300ms', 'timeout server 300ms', 'timeout tunnel 900ms', 'server s $ECHO'],
    act: (stage) => connectAndWait(stage.port, 'hi'),
  },
  {
    name: 't_client_fin_timeout',
    timed: true,
    lines: [TCPLOG, 'timeout client 5s', 'timeout server 1500ms', 'timeout client-fin 500ms', 'server s $SILENT'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      client.write('half');
      client.finish();
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_server_fin_timeout',
    timed: true,
    lines: [TCPLOG, 'timeout client 20s', 'timeout server 20s', 'timeout server-fin 500ms', 'server s $SILENT'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      client.write('half');
      client.finish();
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_queue_timeout',
    timed: true,
    lines: [TCPLOG, 'timeout queue 500ms', 'server s $ECHO maxconn 1'],
    act: async (stage) => {
      const first = await openClient(stage.port);
      first.write('x');
      await first.waitForBytes(1);
      const second = await connectAndWait(stage.port);
      first.finish();
      await first.waitForEnd();
      return second;
    },
  },
  {
    name: 't_queue_served',
    timed: true,
    lines: [TCPLOG, 'timeout queue 10s', 'server s $ECHO maxconn 1'],
    act: async (stage) => {
      const first = await openClient(stage.port);
      first.write('x');
      await first.waitForBytes(1);
      const second = await openClient(stage.port);
      second.write('y');
      await untilStat(stage, 'FRONTEND', 'scur', '2');
      await pause(500);
      first.finish();
      await second.waitForBytes(1);
      second.finish();
      await second.waitForEnd();
      return seen(second);
    },
  },
  {
    name: 't_abortonclose_connecting',
    lines: [TCPLOG, 'option abortonclose', 'retries 0', 'timeout connect 5s', 'server s $HOLE'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      client.write('x');
      await untilStat(stage, 's', 'scur', '1');
      client.finish();
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_abortonclose_queued',
    lines: [TCPLOG, 'option abortonclose', 'timeout queue 10s', 'server s $ECHO maxconn 1'],
    act: async (stage) => {
      const first = await openClient(stage.port);
      first.write('x');
      await first.waitForBytes(1);
      const second = await openClient(stage.port);
      second.write('y');
      await untilStat(stage, 'BACKEND', 'qcur', '1');
      second.finish();
      await second.waitForEnd();
      first.finish();
      await first.waitForEnd();
      return seen(second);
    },
  },
  {
    name: 't_between_attempts',
    lines: [TCPLOG, 'retries 1', 'timeout connect 1s', 'server s $CLOSED maxconn 1'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      await untilStat(stage, 's', 'wretr', '1');
      const between = await stage.stat('s', 'scur');
      await client.waitForEnd();
      return `${between} ${seen(client)}`;
    },
  },
  {
    name: 't_drained_serves_its_queue',
    lines: [TCPLOG, 'balance source', 'timeout queue 10s', 'server a $ECHO maxconn 1', 'server b $ECHO maxconn 1'],
    act: async (stage) => {
      const first = await openClient(stage.port);
      first.write('x');
      await first.waitForBytes(1);
      const second = await openClient(stage.port);
      second.write('y');
      await untilStat(stage, 'BACKEND', 'scur', '2');
      await stage.ask('set server t_drained_serves_its_queue/b state drain');
      first.finish();
      await second.waitForBytes(1);
      second.finish();
      await second.waitForEnd();
      return `${await stage.stat('a', 'stot')} ${await stage.stat('b', 'stot')}`;
    },
  },
  {
    name: 't_cut_while_connecting',
    lines: [TCPLOG, 'timeout connect 5s', 'server s $HOLE on-marked-down shutdown-sessions'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      await untilStat(stage, 's', 'scur', '1');
      await stage.ask('set server t_cut_while_connecting/s state maint');
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_gone_before_accept',
    lines: [TCPLOG, 'maxconn 1', 'server s $ECHO'],
    act: async (stage) => {
      const first = await openClient(stage.port);
      first.write('x');
      await first.waitForBytes(1);
      const second = await openClient(stage.port);
      second.reset();
      await pause(100);
      first.finish();
      await first.waitForEnd();
      await untilStat(stage, 'FRONTEND', 'stot', '2');
      return seen(first);
    },
  },
  {
    name: 't_queue_left_by_reset',
    lines: [TCPLOG, 'timeout queue 10s', 'server s $ECHO maxconn 1'],
    act: async (stage) => {
      const first = await openClient(stage.port);
      first.write('x');
      await first.waitForBytes(1);
      const second = await openClient(stage.port);
      await untilStat(stage, 'BACKEND', 'qcur', '1');
      second.reset();
      await untilStat(stage, 'FRONTEND', 'scur', '1');
      first.finish();
      await first.waitForEnd();
      return seen(first);
    },
  },
  {
    name: 't_queue_left_by_close',
    lines: [TCPLOG, 'timeout queue 10s', 'server s $ECHO maxconn 1'],
    act: async (stage) => {
      const first = await openClient(stage.port);
      first.write('x');
      await first.waitForBytes(1);
      const second = await openClient(stage.port);
      await untilStat(stage, 'BACKEND', 'qcur', '1');
      second.finish();
      await second.waitForEnd();
      first.finish();
      await first.waitForEnd();
      return `${seen(second)} ${seen(first)}`;
    },
  },
  { name: 't_no_server', lines: [TCPLOG], act: (stage) => connectAndWait(stage.port) },
  { name: 't_disabled', lines: [TCPLOG, 'server s $ECHO disabled'], act: (stage) => connectAndWait(stage.port) },
  {
    name: 't_all_down',
    lines: [TCPLOG, 'server s $CLOSED check inter 100ms fall 1'],
    act: async (stage) => {
      await untilStat(stage, 's', 'status', 'DOWN');
      return connectAndWait(stage.port);
    },
  },
  {
    name: 't_logasap',
    lines: [TCPLOG, 'option logasap', 'server s $ECHO'],
    act: (stage) => exchange(stage.port),
  },
  { name: 't_default_line', lines: ['server s $ECHO'], act: (stage) => exchange(stage.port) },
  {
    name: 't_normal_unlogged',
    lines: [TCPLOG, 'option dontlog-normal', 'server s $ECHO'],
    act: (stage) => exchange(stage.port),
  },
  {
    name: 't_errors_apart',
    lines: [TCPLOG, 'retries 0', 'option log-separate-errors', 'server s $CLOSED'],
    act: (stage) => connectAndWait(stage.port),
  },
  {
    name: 't_error_logged_only',
    lines: [TCPLOG, 'retries 0', 'option dontlog-normal', 'server s $CLOSED'],
    act: (stage) => connectAndWait(stage.port),
  },
  {
    name: 't_frontend_full',
    lines: [TCPLOG, 'maxconn 1', 'server s $ECHO'],
    act: async (stage) => {
      const first = await openClient(stage.port);
      first.write('a');
      await first.waitForBytes(1);
      const second = await openClient(stage.port);
      second.write('b');
      await pause(500);
      const early = second.receivedBytes;
      first.finish();
      await first.waitForEnd();
      await second.waitForBytes(1);
      second.finish();
      await second.waitForEnd();
      return `${early} ${seen(second)}`;
    },
  },
  {
    name: 't_marked_down',
    lines: [
      TCPLOG,
      'timeout client 20s',
      'timeout server 20s',
      'server s $OWN check inter 100ms fall 1 on-marked-down shutdown-sessions',
    ],
    act: async (stage) => {
      await untilStat(stage, 's', 'status', 'UP');
      const client = await openClient(stage.port);
      client.write('x');
      await client.waitForBytes(1);
      await stage.own.become({ kind: 'refuse' });
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_marked_down_without',
    lines: [TCPLOG, 'timeout client 20s', 'timeout server 20s', 'server s $OWN check inter 100ms fall 1'],
    act: async (stage) => {
      await untilStat(stage, 's', 'status', 'UP');
      const client = await openClient(stage.port);
      client.write('x');
      await client.waitForBytes(1);
      await stage.own.become({ kind: 'refuse' });
      await untilStat(stage, 's', 'status', 'DOWN');
      client.write('still');
      await client.waitForBytes(6);
      client.finish();
      await client.waitForEnd();
      return seen(client);
    },
  },
  {
    name: 't_maintenance_keeps',
    lines: [TCPLOG, 'server s $ECHO', 'server spare $ECHO backup'],
    act: async (stage) => {
      const client = await openClient(stage.port);
      client.write('x');
      await client.waitForBytes(1);
      await stage.ask('disable server t_maintenance_keeps/s');
      client.write('y');
      await client.waitForBytes(2);
      const other = await exchange(stage.port);
      client.finish();
      await client.waitForEnd();
      await stage.ask('enable server t_maintenance_keeps/s');
      return `${seen(client)} ${other} ${await exchange(stage.port)}`;
    },
  },
  {
    name: 't_leastconn',
    lines: [TCPLOG, 'balance leastconn', 'server a $ECHO', 'server b $ECHO'],
    act: async (stage) => {
      const held: TcpClient[] = [];
      for (let index = 0; index < 4; index++) {
        const client = await openClient(stage.port);
        client.write('x');
        await client.waitForBytes(1);
        held.push(client);
      }
      for (const client of held) {
        client.finish();
        await client.waitForEnd();
      }
      return String(held.length);
    },
  },
  {
    name: 't_first',
    lines: [TCPLOG, 'balance first', 'server a $ECHO maxconn 2', 'server b $ECHO maxconn 2'],
    act: async (stage) => {
      const held: TcpClient[] = [];
      for (let index = 0; index < 3; index++) {
        const client = await openClient(stage.port);
        client.write('x');
        await client.waitForBytes(1);
        held.push(client);
      }
      for (const client of held) {
        client.finish();
        await client.waitForEnd();
      }
      return String(held.length);
    },
  },
  {
    name: 't_weights',
    lines: [
      TCPLOG,
      'balance roundrobin',
      'server a $ECHO weight 3',
      'server b $ECHO weight 1',
      'server c $ECHO weight 0',
    ],
    act: async (stage) => {
      for (let index = 0; index < 8; index++) await exchange(stage.port);
      return '';
    },
  },
  {
    name: 't_static_rr',
    lines: [TCPLOG, 'balance static-rr', 'server a $ECHO weight 2', 'server b $ECHO weight 1'],
    act: async (stage) => {
      for (let index = 0; index < 6; index++) await exchange(stage.port);
      return '';
    },
  },
  {
    name: 't_source',
    lines: ['balance source', 'server a $ECHO', 'server b $ECHO', 'server c $ECHO'],
    act: async (stage) => {
      for (let index = 0; index < 3; index++) await exchange(stage.port);
      return '';
    },
  },
  {
    name: 't_source_of_many',
    lines: [
      TCPLOG,
      'balance source',
      'server a $ECHO',
      'server b $ECHO weight 3',
      'server c $ECHO',
      'server d $ECHO backup',
    ],
    act: async (stage) => {
      for (let index = 2; index < 42; index++)
        await exchange(stage.port, 'hi', '127.0.0.1', `127.${index}.${index * 3}.${index * 5}`);
      return '';
    },
  },
  {
    name: 't_weights_change',
    lines: [
      TCPLOG,
      'server a $ECHO weight 2',
      'server b $ECHO weight 5',
      'server c $ECHO weight 1',
      'server d $ECHO weight 3',
    ],
    act: async (stage) => {
      for (let index = 0; index < 12; index++) await exchange(stage.port);
      await stage.ask('disable server t_weights_change/b');
      for (let index = 0; index < 7; index++) await exchange(stage.port);
      await stage.ask('set server t_weights_change/d state drain');
      for (let index = 0; index < 4; index++) await exchange(stage.port);
      return '';
    },
  },
  {
    name: 't_leastconn_weighted',
    lines: [TCPLOG, 'balance leastconn', 'server a $ECHO weight 2', 'server b $ECHO weight 4', 'server c $ECHO'],
    act: async (stage) => {
      const held: TcpClient[] = [];
      for (let index = 0; index < 9; index++) {
        const client = await openClient(stage.port);
        client.write('x');
        await client.waitForBytes(1);
        held.push(client);
      }
      for (const client of held) {
        client.finish();
        await client.waitForEnd();
      }
      return String(held.length);
    },
  },
  {
    name: 't_backups',
    lines: [TCPLOG, 'server a $ECHO disabled', 'server b $ECHO backup', 'server c $ECHO backup'],
    act: async (stage) => {
      for (let index = 0; index < 4; index++) await exchange(stage.port);
      return '';
    },
  },
  {
    name: 't_allbackups',
    lines: [
      TCPLOG,
      'option allbackups',
      'server a $ECHO disabled',
      'server b $ECHO backup',
      'server c $ECHO backup weight 2',
    ],
    act: async (stage) => {
      for (let index = 0; index < 6; index++) await exchange(stage.port);
      return '';
    },
  },
  {
    name: 't_queue_of_many',
    lines: [TCPLOG, 'timeout queue 20s', 'server a $ECHO maxconn 1', 'server b $ECHO maxconn 1'],
    act: async (stage) => {
      const clients: TcpClient[] = [];
      for (let index = 0; index < 6; index++) {
        const client = await openClient(stage.port);
        client.write(`${index}`);
        clients.push(client);
        // One after the other, so that both programs have them in the same order.
        await untilStat(stage, 'FRONTEND', 'scur', String(index + 1));
      }
      await untilStat(stage, 'BACKEND', 'qcur', '4');
      const order: string[] = [];
      for (const client of clients) {
        order.push(await client.waitForBytes(1));
        client.finish();
        await client.waitForEnd();
      }
      return order.join('');
    },
  },
  {
    name: 't_maxqueue',
    lines: [TCPLOG, 'timeout queue 20s', 'balance source', 'server a $ECHO maxconn 1 maxqueue 1'],
    act: async (stage) => {
      const first = await openClient(stage.port);
      first.write('x');
      await first.waitForBytes(1);
      const second = await openClient(stage.port);
      await untilStat(stage, 'a', 'qcur', '1');
      // No place to wait in for a third one.
      const third = await connectAndWait(stage.port);
      first.finish();
      await first.waitForEnd();
      second.write('y');
      await second.waitForBytes(1);
      second.finish();
      await second.waitForEnd();
      return `${seen(first)} ${seen(second)} ${third}`;
    },
  },
  {
    name: 't_ipv6',
    lines: ['bind [::1]:$PORT', TCPLOG, 'server s $ECHO'],
    act: (stage) => exchange(stage.port, 'hello', '::1'),
  },
  {
    name: 't_unix',
    lines: ['bind $DIR/t_unix.sock', TCPLOG, 'server s $ECHO'],
    act: async (stage) => exchange(`${stage.directory}/t_unix.sock`),
  },
  {
    name: 't_to_backend',
    lines: [TCPLOG, 'default_backend t_the_backend'],
    more: ['backend t_the_backend', '    server s $ECHO'],
    act: (stage) => exchange(stage.port),
  },
  {
    name: 't_send_big',
    lines: [TCPLOG, 'server s $ECHO'],
    act: (stage) => exchange(stage.port, 'z'.repeat(300_000)).then((view) => String(view.length)),
  },
  {
    name: 't_refused_then_dead_client',
    timed: true,
    lines: [TCPLOG, 'retries 3', 'timeout connect 2s', 'timeout client 600ms', 'server s $CLOSED'],
    act: (stage) => connectAndWait(stage.port),
  },
];
