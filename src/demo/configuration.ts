/** The haproxy.cfg that the demonstration runs. */
import { STATUS_PATH } from './tls-service.ts';

export const FRONTEND = 'fe_service';
export const BACKEND = 'be_service';

export interface Setting {
  /** Where visitors come to, and where the statistics page is: ports of 127.0.0.1. */
  readonly port: number;
  readonly pagePort: number;
  readonly services: readonly { readonly name: string; readonly port: number }[];
  /** Paths of the stats socket and of the authority's certificate. */
  readonly socket: string;
  readonly ca: string;
  /** Time between two checks, ms. */
  readonly interval: number;
}

/** A path as a word of the configuration; what the reader would take for something else is escaped. */
function word(path: string): string {
  return path.replace(/[\\"'#\s]/g, '\\$&');
}

export function configurationText({ port, pagePort, services, socket, ca, interval }: Setting): string {
  const servers = services.map(
    (service) =>
      `    server ${service.name} 127.0.0.1:${service.port} check check-ssl verify required ca-file ${word(ca)} maxconn 5\n`,
  );
  return `# Two services that speak TLS, behind one address. This is an ordinary haproxy.cfg: HAProxy runs it too.

global
    # Answers questions and takes orders: show stat, set server, help ...
    stats socket ${word(socket)} mode 600 level admin

defaults
    mode tcp
    timeout connect 5s
    timeout client 1m
    timeout server 1m

# Visitors come here. Their TLS goes through untouched: only the services hold keys.
frontend ${FRONTEND}
    bind 127.0.0.1:${port}
    default_backend ${BACKEND}

# Each service is asked over HTTPS whether it is well. Two bad answers in a row take it out, two good ones bring it back.
backend ${BACKEND}
    balance roundrobin
    option httpchk GET ${STATUS_PATH}
    http-check expect status 200
    default-server inter ${interval}ms fall 2 rise 2
${servers.join('')}
# The page for a browser; with buttons, because only this machine can reach it.
listen stats
    mode http
    bind 127.0.0.1:${pagePort}
    stats enable
    stats uri /
    stats admin if TRUE
`;
}
