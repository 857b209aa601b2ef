/** Where a measurement was made. A figure without it says nothing. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/**
 * @param {string} placement What runs on which core.
 * @param {readonly { name: string, version: string }[]} programs
 */
export function describeEnvironment(placement, programs) {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: systemName(),
    kernel: release(),
    node: process.version,
    placement,
    loadAverageBefore: loadavg().map((value) => Number(value.toFixed(2))),
    programs: Object.fromEntries(programs.map(({ name, version }) => [name, version])),
  };
}

function systemName() {
  try {
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  } catch {
    return 'Linux';
  }
}

/** @param {ReturnType<typeof describeEnvironment>} environment */
export function formatEnvironment(environment) {
  const { date, cpu, cores, memoryGB, system, kernel, node, placement, loadAverageBefore, programs } = environment;
  const lines = [
    `${date}; ${cpu}, ${cores} cores, ${memoryGB} GB; ${system}, Linux ${kernel}; Node ${node}`,
    `${placement}; load average before: ${loadAverageBefore.join(' ')}`,
    ...Object.entries(programs).map(([name, version]) => `  ${name}: ${version}`),
  ];
  // Another busy program changes caches and clock, though not the CPU time that is charged to a proxy.
  if (loadAverageBefore[0] > 0.5) lines.push('  the machine was not idle when this began');
  return lines.join('\n');
}
