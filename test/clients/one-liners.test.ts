/** What people type: nc and socat in a shell, with awk, cut and sort behind them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { headerOf } from '../support/stats-client.ts';
import { skipWithout } from './programs.ts';
import { productsFor, type Setting, startSetting } from './setting.ts';

const skipped = skipWithout('nc and socat one-liners', { nc: 'netcat-openbsd', socat: 'socat', awk: 'mawk' });

/** Ways to hand a command to the stats socket; `$S` is its path, `$H` and `$P` host and port of the one on TCP. */
const WAYS: Readonly<Record<string, string>> = {
  'nc -U': 'nc -U $S',
  'nc -N -U, which closes its side at once': 'nc -N -U $S',
  'nc -q 1 -U': 'nc -q 1 -U $S',
  'nc over TCP': 'nc $H $P',
  'nc -N over TCP': 'nc -N $H $P',
  'socat -': 'socat - $S',
  'socat stdio unix-connect:': 'socat stdio unix-connect:$S',
  'socat UNIX-CLIENT: -': 'socat UNIX-CLIENT:$S -',
  'socat over TCP': 'socat - TCP:$H:$P',
};

describe.skipIf(skipped).each(skipped ? (['hapax'] as const) : productsFor('one-liners'))(
  'one-liners on %s',
  (product) => {
    let setting: Setting;
    beforeAll(async () => {
      setting = await startSetting(product);
    });
    afterAll(() => setting.stop());

    /** Runs a line in the shell; it must succeed and say nothing on stderr. */
    async function shell(line: string): Promise<string> {
      const [host = '', port = ''] = setting.address.split(':');
      const result = await runCommand(
        { file: 'sh', args: ['-c', line] },
        { env: { S: setting.socket, H: host, P: port }, limit: 8000 },
      );
      expect(result).toMatchObject({ code: 0, stderr: '' });
      return result.stdout;
    }

    for (const [name, way] of Object.entries(WAYS)) {
      it(`${name}: names, status and check code of two servers`, async () => {
        const line = `echo 'show stat' | ${way} | awk -F, '/backend[1-2]/ {print $2,$18,$37}'`;
        expect(await shell(line)).toBe('backend1 UP L4OK\nbackend2 DOWN L4CON\n');
      });

      it(`${name}: two commands in a line, one after the other, each with a blank line at its end`, async () => {
        const answer = await shell(`echo 'show info;show stat' | ${way}`);
        const [info, csv, ...rest] = answer.split('\n\n');
        expect(info).toMatch(/^Name: HAProxy\nVersion: /);
        expect(csv).toMatch(/^# pxname,svname,/);
        expect(rest).toEqual(['']);
      });
    }

    it('takes CRLF for the end of a line', async () => {
      const answer = await shell(`printf 'show info;get weight app/s1\\r\\n' | nc -U $S`);
      expect(answer).toMatch(/^Name: HAProxy\n[\s\S]*\n\n1 \(initial 1\)\n\n$/);
      expect(answer).not.toContain('\r');
    });

    it('shows a table of states', async () => {
      const line = `echo 'show stat' | socat - $S | cut -d, -f1,2,18,19,37 | grep -v '^#' | grep . | sort`;
      expect((await shell(line)).split('\n')).toEqual([
        'app,BACKEND,UP,1,',
        'app,FRONTEND,OPEN,,',
        'app,s1,no check,1,',
        'app,s3,MAINT,1,',
        'be_service,BACKEND,UP,1,',
        'be_service,backend1,UP,1,L4OK',
        'be_service,backend2,DOWN,1,L4CON',
        'fe_service,FRONTEND,OPEN,,',
        'stats,FRONTEND,OPEN,,',
        '',
      ]);
    });

    it('gives every row as many fields as the header has, with a comma at the end', async () => {
      const csv = await shell(`echo 'show stat' | nc -U $S`);
      const counts = new Set(
        csv
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => line.split(',').length),
      );
      expect(counts).toEqual(new Set([headerOf(csv).length + 1]));
      expect(csv).toMatch(/,\n\n$/);
    });

    it('stays open after prompt until quit', async () => {
      const answer = await shell(`printf 'prompt\\nget weight app/s1\\nget weight app/x\\nquit\\n' | nc -U $S`);
      expect(answer).toBe('\n> 1 (initial 1)\n\n> No such server.\n\n> ');
    });

    it('disables and enables a server in two lines', async () => {
      const state = `echo 'show stat' | socat - $S | awk -F, '$1 == "app" && $2 == "s1" {print $18}'`;
      const line = `echo 'disable server app/s1' | socat - $S; ${state}; echo 'set server app/s1 state ready' | socat - $S; ${state}`;
      expect(await shell(line)).toBe('\nMAINT\n\nno check\n');
    });

    it('moves traffic with weights and states', async () => {
      const counts = `echo 'show stat' | nc -U $S | awk -F, '$1 == "app" && $2 ~ /^s/ {print $2,$8}'`;
      const session = `echo hello | nc -N 127.0.0.1 ${setting.appPort}`;
      const command = (words: string) => `echo '${words}' | nc -U $S`;
      expect(await shell(`${session}; ${session}; ${counts}`)).toBe('hello\nhello\ns1 2\ns3 0\n');
      await shell(`${command('set weight app/s1 0')}; ${command('enable server app/s3')}`);
      expect(await shell(`${session}; ${counts}`)).toBe('hello\ns1 2\ns3 1\n');
      await shell(`${command('set weight app/s1 100%')}; ${command('disable server app/s3')}`);
      expect(await shell(`${session}; ${counts}`)).toBe('hello\ns1 3\ns3 1\n');
    });

    it('answers many at once', async () => {
      const line = `for i in $(seq 20); do echo 'show stat' | nc -U $S | awk -F, '/backend1/ {print $18}' & done; wait`;
      expect(await shell(line)).toBe('UP\n'.repeat(20));
    });
  },
);
