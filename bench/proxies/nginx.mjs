/** nginx's stream module in one process, with its own defaults otherwise. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from '../children.mjs';
import { programOutput, versionOf } from './version.mjs';

/** The line that loads the stream module; empty where it is built in. */
function moduleLine() {
  const build = programOutput(['nginx', '-V']) ?? '';
  const path = /--modules-path=(\S+)/.exec(build)?.[1] ?? '';
  const file = join(path, 'ngx_stream_module.so');
  return build.includes('--with-stream=dynamic') && existsSync(file) ? `load_module ${file};` : '';
}

/** About what `option tcplog` says. */
const LOG_FORMAT =
  "log_format line '$remote_addr:$remote_port [$time_local] $upstream_addr $upstream_connect_time/$session_time $bytes_sent $status $connection';";

function writeFile(listenPort, originPort, logPort) {
  const file = join(scratch, `nginx-${listenPort}.conf`);
  const lines = [
    moduleLine(),
    'daemon off;',
    'master_process off;',
    'error_log stderr crit;',
    `pid ${join(scratch, `nginx-${listenPort}.pid`)};`,
    'worker_rlimit_nofile 20000;',
    'events { worker_connections 19000; }',
    'stream {',
    ...(logPort === undefined ? [] : [LOG_FORMAT, `access_log syslog:server=127.0.0.1:${logPort} line;`]),
    `server { listen 127.0.0.1:${listenPort}; proxy_pass 127.0.0.1:${originPort}; }`,
    '}',
    '',
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** @type {import('./index.mjs').Proxy} */
export const nginx = {
  name: 'nginx',
  version() {
    const version = versionOf(['nginx', '-v'], /nginx\/(\S+)/);
    if (version === undefined) return undefined;
    try {
      execFileSync('nginx', ['-t', '-q', '-c', writeFile(1, 1)], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    return `${version} stream`;
  },
  command: (listenPort, originPort, logPort) => ['nginx', '-c', writeFile(listenPort, originPort, logPort)],
};
