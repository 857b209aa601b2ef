/**
 * Numbers things as HAProxy does: every place counts one on, also one whose number is forced, and forced numbers are
 * skipped. `forced[i]` is the number written for thing i, if one was.
 */
export function assignNumbers(forced: readonly (number | undefined)[], first: number): readonly number[] {
  const taken = new Set(forced);
  let next = first;
  return forced.map((written) => {
    if (written === undefined) while (taken.has(next)) next++;
    const number = written ?? next;
    next++;
    return number;
  });
}
