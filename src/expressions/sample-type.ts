/** The types of samples, and which turn into which. */

/** `addr` is an address of either family; `same`, of a converter's output: what went in. */
export type SampleType = 'any' | 'same' | 'bool' | 'sint' | 'addr' | 'ipv4' | 'ipv6' | 'str' | 'bin' | 'meth';

const refused: Readonly<Partial<Record<SampleType, readonly SampleType[]>>> = {
  bool: ['addr', 'ipv4', 'ipv6'],
  ipv6: ['bool', 'sint'],
  bin: ['bool', 'sint', 'addr', 'ipv4', 'ipv6'],
  meth: ['bool', 'sint', 'addr', 'ipv4', 'ipv6'],
};

/** True where a sample of one type can be turned into another (measured on HAProxy 2.6 with each pair). */
export function castable(from: SampleType, to: SampleType): boolean {
  return refused[from]?.includes(to) !== true;
}
