/** The programs that Debian's packages bring, each started the way a test of checks needs it. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '../../support/certificates.ts';
import { inNamespace, whyNoNamespace } from '../../support/namespace.ts';
import { freePort } from '../../support/ports.ts';
import { type Program, prepare, type Service, serviceFolder, startService } from './service.ts';

const POSTGRES = '/usr/lib/postgresql';
const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).sort((a, b) => Number(a) - Number(b)) : [];
const postgresBin = (name: string) => join(POSTGRES, versions.at(-1) ?? '*', 'bin', name);

export const postgresql: Program = { name: 'PostgreSQL', files: ['initdb', 'postgres', 'psql'].map(postgresBin) };
export const redis: Program = { name: 'Redis', files: ['/usr/bin/redis-server'] };
export const mariadb: Program = {
  name: 'MariaDB',
  files: ['/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db', '/usr/bin/my_print_defaults'],
};
export const openSmtpd: Program = {
  name: 'OpenSMTPD',
  files: ['/usr/sbin/smtpd'],
  // Its spool and its socket have fixed places.
  obstacle: whyNoNamespace(),
};
const CORE_SCHEMA = '/etc/ldap/schema/core.schema';
export const slapd: Program = { name: 'slapd', files: ['/usr/sbin/slapd', CORE_SCHEMA] };
export const nginx: Program = { name: 'nginx', files: ['/usr/sbin/nginx'] };

/** PostgreSQL that trusts everybody but `rejected`; its only role is `postgres`. */
export async function startPostgresql(): Promise<Service> {
  const folder = serviceFolder('postgresql');
  const port = await freePort();
  const data = join(folder, 'data');
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await prepare({ file: postgresBin('initdb'), args: init, folder });
  const access = ['host all rejected 127.0.0.1/32 reject', 'host all all 127.0.0.1/32 trust', ''];
  writeFileSync(join(data, 'pg_hba.conf'), access.join('\n'));
  const args = ['-D', data, '-F', '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-c', 'shared_buffers=1MB'];
  // A fast shutdown, whoever is connected.
  return startService({ file: postgresBin('postgres'), args, folder, port, stopSignal: 'SIGINT' });
}

/** Words that run a query through `port` as `postgres`. */
export function psql(port: number, query: string): { readonly file: string; readonly args: readonly string[] } {
  const where = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', 'postgres'];
  return { file: postgresBin('psql'), args: ['-X', '-A', '-t', ...where, '-c', query] };
}

export async function startRedis(password?: string): Promise<Service> {
  const folder = serviceFolder('redis');
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  if (password !== undefined) args.push('--requirepass', password);
  return startService({ file: redis.files[0]!, args, folder, port });
}

/** MariaDB with a user `probe` who needs no password. */
export async function startMariadb(): Promise<Service> {
  const folder = serviceFolder('mariadb');
  const port = await freePort();
  const data = `--datadir=${join(folder, 'data')}`;
  const small = ['--innodb-log-file-size=4M', '--innodb-buffer-pool-size=8M', '--innodb-flush-method=nosync'];
  const install = ['--no-defaults', data, '--auth-root-authentication-method=normal', '--skip-test-db', ...small];
  await prepare({ file: mariadb.files[1]!, args: install, folder });
  const script = join(folder, 'init.sql');
  writeFileSync(script, "CREATE USER 'probe'@'127.0.0.1';\n");
  const own = [`--socket=${join(folder, 'socket')}`, `--pid-file=${join(folder, 'pid')}`, `--init-file=${script}`];
  const network = [`--port=${port}`, '--bind-address=127.0.0.1', '--skip-name-resolve'];
  const args = ['--no-defaults', data, ...own, ...network, ...small];
  return startService({ file: mariadb.files[0]!, args, folder, port });
}

export async function startOpenSmtpd(): Promise<Service> {
  const folder = serviceFolder('smtpd');
  const port = await freePort();
  const file = join(folder, 'smtpd.conf');
  const lines = [
    `listen on 127.0.0.1 port ${port} hostname mail.example`,
    `action "keep" maildir "${folder}"`,
    'match for local action "keep"',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const spool = 'mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/spool; mkdir -m 711 /var/spool/smtpd';
  const [command, ...words] = [...inNamespace(spool), openSmtpd.files[0]!, '-F', '-f', file];
  return startService({ file: command!, args: words, folder, port, asRoot: true });
}

/** A directory that lets everybody bind. */
export async function startSlapd(): Promise<Service> {
  const folder = serviceFolder('slapd');
  const port = await freePort();
  const file = join(folder, 'slapd.conf');
  const database = ['database ldif', 'suffix "dc=example"', `directory ${folder}`];
  const lines = [`include ${CORE_SCHEMA}`, `pidfile ${join(folder, 'pid')}`, ...database];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const args = ['-f', file, '-h', `ldap://127.0.0.1:${port}`, '-d', '0'];
  return startService({ file: slapd.files[0]!, args, folder, port });
}

/** nginx with TLS: `/up` is there, anything else is not. */
export async function startNginx(certificate: Certificate): Promise<Service> {
  const folder = serviceFolder('nginx');
  const port = await freePort();
  const path = (name: string) => join(folder, name);
  writeFileSync(path('cert.pem'), certificate.cert);
  writeFileSync(path('key.pem'), certificate.key);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${path(kind)};`,
  );
  writeFileSync(
    path('nginx.conf'),
    `daemon off; worker_processes 1; pid ${path('pid')}; error_log stderr;
events {}
http {
  access_log off; ${temporary.join(' ')}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${path('cert.pem')}; ssl_certificate_key ${path('key.pem')};
    location = /up { return 200 "up"; }
    location / { return 404; }
  }
}
`,
  );
  const args = ['-e', 'stderr', '-p', folder, '-c', path('nginx.conf')];
  return startService({ file: nginx.files[0]!, args, folder, port });
}
