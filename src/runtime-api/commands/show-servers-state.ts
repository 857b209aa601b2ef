import type { AddressModel } from '../../config/model.ts';
import type { BackendRecord, CheckState, CheckStatus, ServerRecord } from '../../servers/server-record.ts';
import { Admin } from '../../servers/server-record.ts';
import { secondsSince } from '../../stats/field.ts';
import { inMaintenance } from '../../stats/fields/state.ts';
import { type Command, dump, failure } from '../command.ts';
import { findBackend } from '../targets.ts';

const FORMAT_VERSION = 1;
const HEADER =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ' +
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state ' +
  'bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr ' +
  'srv_agent_addr srv_agent_port';

/** Numbers of check outcomes as HAProxy 2.6 prints them here. */
const STATUS_NUMBERS: Readonly<Record<CheckStatus, number>> = {
  UNK: 0,
  INI: 1,
  CHECKED: 3,
  HANA: 4,
  SOCKERR: 5,
  L4OK: 6,
  L4TOUT: 7,
  L4CON: 8,
  L6OK: 9,
  L6TOUT: 10,
  L6RSP: 11,
  L7TOUT: 12,
  L7RSP: 13,
  L7OK: 15,
  L7OKC: 16,
  L7STS: 17,
  PROCERR: 18,
  PROCTOUT: 19,
  PROCOK: 20,
};
const Result = { unknown: 0, failed: 2, passed: 3, conditionally: 4 } as const;
/** Bits of `srv_check_state` and `srv_agent_state`. */
const State = { running: 1, configured: 2, enabled: 4, paused: 8, agent: 16 } as const;

export const showServersState: Command = {
  words: ['show', 'servers', 'state'],
  usage: 'show servers state [<backend>]',
  help: 'show the state of every server, or of those of a backend',
  level: 'user',
  run({ view }, [name]) {
    let backends: readonly (BackendRecord | undefined)[] = view.backends;
    if (name !== undefined) {
      const backend = findBackend(view, name);
      if (backend === undefined) return failure("Can't find backend.");
      backends = [backend];
    }
    const now = view.now();
    const lines = backends.flatMap((backend) => backend?.servers.map((server) => stateLine(server, now)) ?? []);
    return dump([FORMAT_VERSION, HEADER, ...lines, ''].join('\n'));
  },
};

function stateLine(server: ServerRecord, now: number): string {
  const { model, proxy, ownCheck: check, address } = server;
  const { agentPlace } = model;
  return [
    proxy.iid,
    proxy.name,
    model.id,
    model.name,
    hostText(address),
    server.oper,
    server.admin,
    server.userWeight,
    model.weight,
    secondsSince(now, server.lastChange),
    STATUS_NUMBERS[check?.status ?? 'INI'],
    check === undefined ? Result.unknown : resultOf(check),
    check?.health ?? server.uncheckedHealth,
    checkBits(server),
    agentBits(server),
    0,
    model.idForced ? 1 : 0,
    address.name ?? '-',
    isIp(address) ? address.port : 0,
    '-',
    0,
    model.check.port ?? 0,
    model.check.address === undefined ? '-' : hostText(model.check.address),
    agentPlace?.address === undefined ? '-' : hostText(agentPlace.address),
    agentPlace?.port ?? 0,
  ].join(' ');
}

function resultOf(check: Readonly<CheckState>): number {
  if (check.running || check.status === 'INI' || check.status === 'UNK') return Result.unknown;
  if (check.status === 'L7OKC') return Result.conditionally;
  return check.status.endsWith('OK') ? Result.passed : Result.failed;
}

function checkBits(server: ServerRecord): number {
  const { ownCheck: check } = server;
  // Maintenance at run time pauses a check that exists; `disabled` in the configuration sets the bit in any case (measured).
  if (check === undefined) return (server.admin & Admin.configMaint) === 0 ? 0 : State.paused;
  const enabled = server.check === undefined ? 0 : State.enabled;
  const paused = inMaintenance(server) ? State.paused : 0;
  return State.configured | enabled | paused | (check.running ? State.running : 0);
}

function agentBits(server: ServerRecord): number {
  const { ownAgent: agent } = server;
  if (agent === undefined) return 0;
  const enabled = server.agent === undefined ? 0 : State.enabled;
  return State.configured | State.agent | enabled | (agent.running ? State.running : 0);
}

function isIp(address: AddressModel): boolean {
  return address.family === 'ipv4' || address.family === 'ipv6';
}

function hostText(address: AddressModel): string {
  return isIp(address) ? address.host : '-';
}
