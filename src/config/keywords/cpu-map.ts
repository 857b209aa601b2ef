/** The arguments of `cpu-map`, which has no effect here: HAProxy refuses some. */

const USAGE =
  "cpu-map expects a process number ('all', 'odd', 'even', a number from 1 to 64 or a range), " +
  'followed by a list of CPU ranges with numbers from 0 to 63.';

/** HAProxy's message about the arguments, or undefined where they are right. */
export function cpuMapProblem([threads, ...cpus]: readonly string[]): string | undefined {
  if (threads === undefined || cpus.length === 0) return USAGE;
  for (const part of threads.replace(/^auto:/, '').split('/')) {
    if (/^(?:all|odd|even)$/.test(part)) continue;
    const [, first, last = first] = /^(\d+)(?:-(\d*))?$/.exec(part) ?? [];
    if (first === undefined) return `cpu-map : '${part}' is not a valid number/range.`;
    const numbers = [first, last === '' ? '64' : last].map(Number);
    if (numbers.some((number) => number < 1 || number > 64)) {
      return `cpu-map : '${part}' is not a valid number/range. It supports numbers from 1 to 64.`;
    }
  }
  for (const cpu of cpus.flatMap((word) => word.split(','))) {
    if (!/^(?:all|odd|even|\d+(?:-\d*)?)$/.test(cpu)) return `cpu-map : '${cpu}' is not a CPU range.`;
  }
  return undefined;
}
