import { descriptorsForMaxconn } from '../maxconn.ts';
import type { CheckPass } from './pass.ts';

/** maxconn needs more open files than a process may have here: told under `-dD`, as the file may be for another machine. */
export const reportDescriptorLimit: CheckPass = {
  name: 'report-descriptor-limit',
  run(config, report) {
    const { maxconn, maxconnSpan: span } = config.global;
    if (config.strict || maxconn === undefined || span === undefined || maxconn <= config.maxconnDefault) return;
    report({
      code: 'descriptor-limit',
      severity: 'diag',
      message:
        `parsing [${span.file}:${span.line}] : 'maxconn ${maxconn}' needs ${descriptorsForMaxconn(maxconn)} open files; ` +
        `the limit of this machine is enough for ${config.maxconnDefault} connections.`,
      span,
      help: "Raise the limit where the process is started ('LimitNOFILE' of systemd, 'ulimit -n'), or lower maxconn.",
    });
  },
};
