/** How many connections a process can hold when nothing says so. */
import { readFileSync } from 'node:fs';

/** Descriptors the process needs beside two for every connection (seen on HAProxy: maxconn 100000 asks for 200028). */
const RESERVED_DESCRIPTORS = 28;

/** What is assumed where the system does not say its limit. */
const FALLBACK_LIMIT = 4096;

/** Half of the descriptors a process may have (a client and a server each), less those it needs itself; at least 1. */
export function maxconnForLimit(descriptors: number): number {
  return Math.max(1, Math.floor((descriptors - RESERVED_DESCRIPTORS) / 2));
}

/** The number of descriptors that `maxconn` connections need. */
export function descriptorsForMaxconn(maxconn: number): number {
  return 2 * maxconn + RESERVED_DESCRIPTORS;
}

/** maxconn where neither `-n` nor `global` gives it: from the hard limit of open files, as Linux shows it. */
export function systemMaxconn(limits = '/proc/self/limits'): number {
  let text = '';
  try {
    text = readFileSync(limits, 'utf8');
  } catch {
    // Not Linux: the fallback serves.
  }
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(text)?.[1];
  return maxconnForLimit(hard === undefined ? FALLBACK_LIMIT : Number(hard));
}
