/** This thread does nothing, not even its loop, for at least `ms` and until the condition holds (20 s at most). */
export function standStill(ms: number, until: () => boolean = () => true): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const begun = performance.now();
  for (let passed = 0; passed < ms || (!until() && passed < 20_000); passed = performance.now() - begun) {
    Atomics.wait(cell, 0, 0, 10);
  }
}
