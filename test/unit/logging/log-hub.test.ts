import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Console } from '../../../src/logging/console.ts';
import { Level } from '../../../src/logging/event-line.ts';
import { LogHub } from '../../../src/logging/log-hub.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../src/logging/log-ring.ts';
import { startSyslogReceiver } from '../../support/syslog-receiver.ts';
import { modelWith, target } from './model.ts';

const NOW = new Date(2026, 10, 21, 1, 57, 58, 0).getTime();

describe('the hub', () => {
  test('sends traffic lines and events of a proxy to each of its UDP targets', async () => {
    const receiver = await startSyslogReceiver();
    const udp = { kind: 'udp', host: '127.0.0.1', port: receiver.port } as const;
    const model = modelWith(
      [
        { targets: [target({ target: udp }), target({ target: udp, format: 'raw', level: Level.notice })] },
        { targets: [target({ target: udp })], tag: 'own' },
      ],
      { logTag: 'tag' },
    );
    const ring = createLogRing();
    const hub = new LogHub({ model, pid: 7, now: () => NOW });
    hub.attach(new LogRingReader(ring));
    new LogRingWriter(ring).write(0, Level.info, 'traffic');
    hub.event({ proxy: 1, level: Level.alert, text: 'event' });
    hub.event({ proxy: 0, level: Level.warning, text: 'warned' });
    await receiver.waitForMessage(/traffic/);
    await receiver.waitForMessage(/^warned/);
    await hub.close();
    expect([...receiver.raw].sort()).toEqual(
      [
        '<142>Nov 21 01:57:58 tag[7]: traffic\n',
        '<137>Nov 21 01:57:58 own[7]: event\n',
        '<140>Nov 21 01:57:58 tag[7]: warned\n',
        'warned\n',
      ].sort(),
    );
    expect(hub.dropped).toBe(0);
    await receiver.close();
  });

  test('shows the console half of an event on stderr', async () => {
    let shown = '';
    const console = new Console({ introduction: [], pid: 9, write: (text) => (shown += text) });
    const hub = new LogHub({ model: modelWith([{}]), console });
    hub.event({ proxy: 0, level: Level.notice, text: 'x', console: { tag: 'WARNING', text: 'Server b/s is UP' } });
    hub.event({ proxy: 0, level: Level.notice, text: 'silent' });
    await hub.close();
    expect(shown).toBe('[WARNING]  (9) : Server b/s is UP\n');
  });

  test('writes lines to a descriptor', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hapax-log-'));
    const file = join(directory, 'out');
    const fd = openSync(file, 'w');
    const hub = new LogHub({
      model: modelWith([{ targets: [target({ target: { kind: 'fd', fd }, format: 'short' })] }]),
    });
    hub.event({ proxy: 0, level: Level.info, text: 'one' });
    hub.event({ proxy: 0, level: Level.emerg, text: 'two' });
    await hub.close();
    expect(readFileSync(file, 'utf8')).toBe('<6>one\n<0>two\n');
    rmSync(directory, { recursive: true });
  });

  test('targets that are not there cost only their own lines, which are counted', async () => {
    const receiver = await startSyslogReceiver();
    const gone = createSocket('udp4').bind(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address();
    gone.close();
    const warnings: string[] = [];
    const hub = new LogHub({
      model: modelWith([
        {
          targets: [
            target({ target: { kind: 'unix', path: '/nonexistent/log' } }),
            target({ target: { kind: 'fd', fd: 4095 } }),
            target({ target: { kind: 'udp', host: '127.0.0.1', port } }),
            target({ target: { kind: 'udp', host: '127.0.0.1', port: receiver.port }, format: 'raw' }),
          ],
        },
      ]),
      warn: (message) => warnings.push(message),
    });
    for (let i = 0; i < 10; i++) hub.event({ proxy: 0, level: Level.info, text: `line ${i}` });
    await receiver.waitForMessage(/line 9/);
    expect(hub.dropped).toBe(20);
    await hub.close();
    await receiver.close();
  });
});
