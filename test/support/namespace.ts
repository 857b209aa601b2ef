/** Running a command with files of its own in fixed places, in a mount namespace (Linux, root). */
import { spawnSync } from 'node:child_process';

let answer: string | undefined;

/** Says why no mount namespace can be made here, or `undefined` when one can. */
export function whyNoNamespace(): string | undefined {
  if (answer === undefined) {
    if (process.getuid?.() !== 0) answer = 'a mount namespace needs root';
    else {
      const probe = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt && test -d /etc/ssl && test -d /run'],
        {
          encoding: 'utf8',
        },
      );
      answer =
        probe.status === 0
          ? ''
          : `unshare cannot make a mount namespace here (${probe.stderr?.trim() || probe.error?.message})`;
    }
  }
  return answer === '' ? undefined : answer;
}

/** Words to put in front of a command, so that it runs after `script` (shell) in a mount namespace. */
export function inNamespace(script: string): string[] {
  return ['unshare', '-m', 'sh', '-ec', `${script}\nexec "$@"`, 'sh'];
}
