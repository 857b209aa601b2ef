/** Commands that move checks and questions to agents: where the next connection goes, and what is said there. */
import { expect, it } from 'vitest';
import { createHealthLab } from './lab.ts';

const DEFAULTS = 'defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 1s\n  timeout server 1s\n';

async function start(lines: string) {
  const lab = await createHealthLab(`${DEFAULTS}backend b\n${lines}`);
  for (let port = 80; port < 95; port++)
    lab.dialer.servers.set(port, { connects: 1, answers: { after: 1, text: '\n' } });
  lab.health.start();
  /** Where the last connection went, and what was sent there. */
  const last = () => {
    const { target, sent } = lab.dialer.connections.at(-1)!;
    return `${target.address.host}:${target.address.port} ${JSON.stringify(sent)}`;
  };
  const next = async () => {
    await lab.time.advance(3000);
    return last();
  };
  return { ...lab, next, s: lab.server('b/s') };
}

const ip = (host: string) => ({ family: 'ipv4', host, port: 0 }) as const;

it('a check goes to its new place the next time, and back to the server when that is taken from it', async () => {
  const lab = await start('  server s 127.0.0.1:80 check inter 1s addr 127.0.0.2:81 port 82');
  expect(await lab.next()).toBe('127.0.0.2:82 ""');
  lab.registry.moveChecks(lab.s, { port: 83 });
  expect(await lab.next()).toBe('127.0.0.2:83 ""');
  lab.registry.moveChecks(lab.s, { address: ip('127.0.0.3') });
  expect(await lab.next()).toBe('127.0.0.3:83 ""');
  lab.registry.moveChecks(lab.s, { address: ip('0.0.0.0') });
  expect(await lab.next()).toBe('127.0.0.1:83 ""');
  lab.registry.moveChecks(lab.s, { port: 0 });
  expect(await lab.next()).toBe('127.0.0.1:80 ""');
});

it('what a rule says of its connection stays, and the rest moves', async () => {
  const lab = await start('  option tcp-check\n  tcp-check connect port 90\n  server s 127.0.0.1:80 check inter 1s');
  lab.registry.moveChecks(lab.s, { address: ip('127.0.0.3'), port: 83 });
  expect(await lab.next()).toBe('127.0.0.3:90 ""');
});

it('an agent is asked at its new place, with the new words', async () => {
  const lab = await start('  server s 127.0.0.1:80 agent-check agent-inter 1s agent-port 90 agent-send old');
  expect(await lab.next()).toBe('127.0.0.1:90 "old"');
  lab.registry.moveAgent(lab.s, { port: 91 });
  expect(await lab.next()).toBe('127.0.0.1:91 "old"');
  lab.registry.moveAgent(lab.s, { address: ip('127.0.0.3') });
  lab.registry.setAgentSend(lab.s, Buffer.from('n\\e w'));
  expect(await lab.next()).toBe(`127.0.0.3:91 ${JSON.stringify('n\\e w')}`);
  lab.registry.moveAgent(lab.s, { port: 0 });
  expect(await lab.next()).toBe(`127.0.0.3:80 ${JSON.stringify('n\\e w')}`);
});
