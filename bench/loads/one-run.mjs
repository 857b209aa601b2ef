// Runs the program named on its command line once, with nothing to read and nobody to read it, and prints what it took as
// JSON: { cpu, wall } in ms, { memory } in bytes, at its highest.
import { spawnSync } from 'node:child_process';
import { libc } from '../../dist/system/libc.js';

/** getrusage(2): the children that have ended; two times of two words each, then the highest resident size in KB. */
const RUSAGE_CHILDREN = -1;
const getrusage = libc()?.bind('int getrusage(int who, _Out_ int64_t *usage)');
if (getrusage === undefined) throw new Error('the bench needs koffi: npm install');

const [program, ...args] = process.argv.slice(2);
const begun = performance.now();
const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
const wall = performance.now() - begun;
if (error !== undefined) throw error;
const usage = new BigInt64Array(18);
getrusage(RUSAGE_CHILDREN, usage);
const [userSeconds, user, systemSeconds, system, kilobytes] = [...usage.subarray(0, 5)].map(Number);
const cpu = (userSeconds + systemSeconds) * 1000 + (user + system) / 1000;
console.log(JSON.stringify({ status, cpu, wall, memory: kilobytes * 1024 }));
