/** The last health check. Empty without `check` and in maintenance. */
import { CHECK_DESCRIPTIONS, type CheckState } from '../../servers/server-record.ts';
import type { FieldBody, FieldValue, Getters } from '../field.ts';
import { inMaintenance } from './state.ts';

function ofCheck(get: (check: Readonly<CheckState>) => FieldValue): Getters {
  return {
    server: ({ server }) => (server.check === undefined || inMaintenance(server) ? undefined : get(server.check)),
  };
}

/** Agents are asked in maintenance too. */
function ofAgent(get: (agent: Readonly<CheckState>) => FieldValue): Getters {
  return { server: ({ server }) => (server.agent === undefined ? undefined : get(server.agent)) };
}

export const checkFields = {
  check_status: {
    type: 'str',
    tag: 'MOPV',
    description: 'Outcome of the last check; an asterisk while the next one runs',
    ...ofCheck((check) => (check.running ? `* ${check.status}` : check.status)),
  },
  check_code: {
    type: 'u32',
    tag: 'MOPV',
    description: 'Layer 5-7 code of the last check, if it had one',
    ...ofCheck((check) => (check.running && check.code !== undefined ? 0 : check.code)),
  },
  check_duration: {
    type: 'u64',
    tag: 'MDPV',
    description: 'How long the last finished check took, ms',
    ...ofCheck((check) => check.duration),
  },
  check_desc: {
    type: 'str',
    tag: 'MOPV',
    description: 'The outcome of the last check in words',
    ...ofCheck((check) => CHECK_DESCRIPTIONS[check.status]),
  },
  // The text belongs to a finished check; HAProxy clears it when the next one begins.
  last_chk: {
    type: 'str',
    tag: 'MOPV',
    description: 'What the server or the system said to the last check',
    ...ofCheck((check) => (check.running ? '' : check.text)),
  },
  check_rise: { type: 'u32', tag: 'CGSV', description: 'Passed checks until UP', ...ofCheck((check) => check.rise) },
  check_fall: { type: 'u32', tag: 'CGSV', description: 'Failed checks until DOWN', ...ofCheck((check) => check.fall) },
  check_health: {
    type: 'u32',
    tag: 'CGSV',
    description: 'Health, 0 to rise + fall - 1; UP from rise on',
    ...ofCheck((check) => check.health),
  },
  hanafail: {
    type: 'u64',
    tag: 'MCPP',
    description: 'How often errors in traffic reached the limit (observe)',
    server: ({ server }) => server.observedFailures,
  },
  agent_status: {
    type: 'str',
    tag: 'MOPV',
    description: 'Outcome of the last question to the agent; an asterisk while it is asked again',
    ...ofAgent((agent) => (agent.running ? `* ${agent.status}` : agent.status)),
  },
  agent_code: {
    type: 'u32',
    tag: 'MOPV',
    description: 'Code of the agent check, if it had one',
    ...ofAgent((agent) => agent.code),
  },
  agent_duration: {
    type: 'u64',
    tag: 'MDPV',
    description: 'How long the agent took to answer, ms',
    ...ofAgent((agent) => agent.duration),
  },
  agent_desc: {
    type: 'str',
    tag: 'MOPV',
    description: 'Outcome of the agent check in words',
    ...ofAgent((agent) => CHECK_DESCRIPTIONS[agent.status]),
  },
  last_agt: {
    type: 'str',
    tag: 'MOPV',
    description: 'What the agent said',
    ...ofAgent((agent) => (agent.running ? '' : agent.text)),
  },
  agent_rise: { type: 'u32', tag: 'CGSV', description: 'Rise of the agent check', ...ofAgent((agent) => agent.rise) },
  agent_fall: { type: 'u32', tag: 'CGSV', description: 'Fall of the agent check', ...ofAgent((agent) => agent.fall) },
  agent_health: {
    type: 'u32',
    tag: 'CGSV',
    description: 'Health the agent reports, 0 or 1',
    ...ofAgent((agent) => agent.health),
  },
} satisfies Record<string, FieldBody>;
