/** Numbers and times as the page writes them. */

/** Parts thousands without letting the number break: `9 978`. */
const PART = '\u202f';

/** `1979329` as `1 979 329`. */
export function grouped(value: number): string {
  return value < 1000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, PART);
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** Seconds in their two largest units: `0s`, `59s`, `1m5s`, `3h`, `2d4h`. */
export function duration(seconds: number): string {
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first === -1) return '0s';
  const [unit, size] = UNITS[first]!;
  const next = UNITS[first + 1];
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[1]);
  return `${Math.floor(seconds / size)}${unit}${rest > 0 && next !== undefined ? `${rest}${next[0]}` : ''}`;
}

/** Bits a second from bytes a second: `135.955 kbps`. */
export function bitRate(bytes: number): string {
  const bits = bytes * 8;
  if (bits >= 1e9) return `${(bits / 1e9).toFixed(3)} Gbps`;
  if (bits >= 1e6) return `${(bits / 1e6).toFixed(3)} Mbps`;
  return `${(bits / 1e3).toFixed(3)} kbps`;
}

/** `1 check`, `2 checks`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** ms in words: `500 ms`, `2 s`, `1.5 s`, `2 min`. */
export function period(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${Math.round(ms / 100) / 10} s`;
}
