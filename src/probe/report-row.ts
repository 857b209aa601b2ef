/** The shape of a report: a label, a time, and what happened. */
import type { AddressModel } from '../config/model.ts';

/** `time`: ms. An empty label continues the row above. */
export function row(label: string, text: string, time?: number): string {
  return `  ${label.padEnd(9)}${(time === undefined ? '' : milliseconds(time)).padStart(10)}  ${text}`;
}

export function milliseconds(time: number): string {
  return `${time.toFixed(time < 100 ? 1 : 0)} ms`;
}

export function addressText({ family, host, port }: AddressModel): string {
  if (family === 'unix') return host;
  if (family === 'abns') return `abns@${host}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
