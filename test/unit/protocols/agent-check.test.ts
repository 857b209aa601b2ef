/** What an agent can say (every line measured on HAProxy 2.6), whole and in pieces. */
import { describe, expect, it } from 'vitest';
import { AgentCheck, readAgentLine } from '../../../src/protocols/agent-check.ts';
import { END, talk, talkInEveryWay } from './talk.ts';

const ask = (answer: string) => talkInEveryWay(() => new AgentCheck(undefined), [answer, END]).result;

describe('the word of an agent', () => {
  it.each([
    ['up\n', "L7OK/0 'via agent : up'"],
    ['UP\r\n', "L7OK/0 'via agent : UP'"],
    ['up\r', "L7OK/0 'via agent : up'"],
    ['down\n', "L7STS/0 'via agent : down'"],
    ['fail, # it broke # again\n', "L7STS/0 'via agent : fail (it broke # again)'"],
    ['stopped # \n', "L7STS/0 'via agent : stopped'"],
    ['up bogus # x\n', "L7OK/0 'via agent : up (bogus)'"],
    ['drain up down\n', "L7STS/0 'via agent : down'"],
    ['50% up\nsecond line\n', "L7OK/0 'via agent : up'"],
    ['failed#why not\n', "CHECKED/ 'agent reports an error : failed#why'"],
    ['bogus1 bogus2\n', "CHECKED/ 'agent reports an error : bogus1'"],
    ['-5%\n', "CHECKED/ 'agent reports an error : -5%'"],
    ['#x up\n', "CHECKED/ ''"],
    ['drain\n', "CHECKED/ ''"],
    ['\n', "CHECKED/ ''"],
    ['', "L7RSP/ 'TCPCHK got an empty response at step 2'"],
  ])('%j', (answer, result) => {
    expect(ask(answer)).toBe(result);
  });

  it('is waited for until its line ends', () => {
    const check = new AgentCheck(Buffer.from('be/s\n'));
    expect(talk(check, ['up'])).toEqual({ result: 'waits', sent: 'be/s\n' });
    expect(check.silenceText()).toBe('Ignoring incomplete line from agent');
    // Also where the agent has closed.
    expect(talk(check, ['50%', END]).result).toBe('waits');
  });

  it('has no end behind a NUL', () => {
    expect(talk(new AgentCheck(undefined), ['up\0\n']).result).toBe('waits');
  });

  it.each([
    ['ready maint', { state: 'maint' }],
    ['Maint Ready', { state: 'ready' }],
    ['drain\t30%,maxconn:5', { state: 'drain', weight: '30%', maxconn: '5' }],
    ['50%%', { weight: '50%%' }],
    ['maxconn:x', { maxconn: 'x' }],
    ['maxconn 50', {}],
  ])('orders of %j', (line, orders) => {
    expect(readAgentLine(line).orders).toEqual(orders);
  });
});
