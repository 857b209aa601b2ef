/** The table of commands, in the order `help` lists them. */
import type { Command } from '../command.ts';
import { clearCounters } from './clear-counters.ts';
import { getWeight } from './get-weight.ts';
import { helpCommand } from './help.ts';
import { operator, user } from './lower-level.ts';
import { prompt } from './prompt.ts';
import { quit } from './quit.ts';
import { setMaxconnFrontend } from './set-maxconn-frontend.ts';
import { setMaxconnServer } from './set-maxconn-server.ts';
import { setServer } from './set-server.ts';
import { setSeverityOutput } from './set-severity-output.ts';
import { setTimeoutCli } from './set-timeout.ts';
import { setWeight } from './set-weight.ts';
import { showBackend } from './show-backend.ts';
import { showCliLevel } from './show-cli-level.ts';
import { showCliSockets } from './show-cli-sockets.ts';
import { showEnv } from './show-env.ts';
import { showErrors } from './show-errors.ts';
import { showInfo } from './show-info.ts';
import { showSchemaJson } from './show-schema-json.ts';
import { showServersState } from './show-servers-state.ts';
import { showStat } from './show-stat.ts';
import { showTable } from './show-table.ts';
import { showVersion } from './show-version.ts';
import { shutdownSessionsServer } from './shutdown-sessions-server.ts';
import { disableAgent, enableAgent } from './switch-agent.ts';
import { disableHealth, enableHealth } from './switch-health.ts';
import { disableServer, enableServer } from './switch-server.ts';

export const COMMANDS: readonly Command[] = [
  clearCounters,
  disableAgent,
  disableHealth,
  disableServer,
  enableAgent,
  enableHealth,
  enableServer,
  getWeight,
  operator,
  setMaxconnFrontend,
  setMaxconnServer,
  setServer,
  setSeverityOutput,
  setTimeoutCli,
  setWeight,
  showBackend,
  showCliLevel,
  showCliSockets,
  showEnv,
  showErrors,
  showInfo,
  showSchemaJson,
  showServersState,
  showStat,
  showTable,
  showVersion,
  shutdownSessionsServer,
  user,
  helpCommand(() => COMMANDS),
  prompt,
  quit,
];
