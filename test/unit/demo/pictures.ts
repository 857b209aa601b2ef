/** Pictures for tests of what is shown. */
import { invitations, type Places } from '../../../src/demo/invitations.ts';
import type { Picture } from '../../../src/demo/picture.ts';
import type { ServerSnapshot } from '../../../src/demo/server-snapshot.ts';
import type { Happening } from '../../../src/demo/story.ts';

const PLACES: Places = {
  address: '127.0.0.1:8443',
  page: 'http://127.0.0.1:8404/',
  socket: '/tmp/hapax-demo-AbCdEf/admin.sock',
  ca: '/tmp/hapax-demo-AbCdEf/ca.pem',
  configuration: '/tmp/hapax-demo-AbCdEf/demo.cfg',
  hapax: 'node dist/cli/main.js',
};

export function snapshot(name: string, changes: Partial<ServerSnapshot> = {}): ServerSnapshot {
  return {
    name,
    state: 'up',
    code: 200,
    duration: 3,
    words: 'OK',
    sessions: 1,
    sessionsEver: 12,
    bytes: 345_678,
    ...changes,
  };
}

export const UNWELL = { state: 'down', code: 500, duration: 12, words: 'Internal Server Error' } as const;

export function happening(text: string, seconds = 0): Happening {
  return { at: new Date(2024, 0, 1, 12, 0, seconds), mood: 'bad', text };
}

export function picture(changes: Partial<Picture> = {}): Picture {
  return {
    places: PLACES,
    invitations: invitations(PLACES, 'backend1'),
    servers: [snapshot('backend1'), snapshot('backend2', UNWELL)],
    happenings: [],
    answered: 20,
    failed: 0,
    elapsed: 8_400,
    limit: undefined,
    ...changes,
  };
}
