/** Exchanges at a fixed pace, whatever the answers do: what a delay in between costs is seen by all who wait in it. */
import { openConnections } from './exchanges.mjs';

/**
 * Lets each of `width` open connections exchange once every `period` milliseconds, evenly spread, until told to stop.
 * @param {number} port
 * @param {number} width
 * @param {number} period
 * @param {boolean} [spinning] Look at the clock in every turn of the loop, so that each request goes out at its own time;
 *   else once a millisecond, which leaves the core to others but sends several at once.
 */
export async function startPaced(port, width, period, spinning = false) {
  const connections = await openConnections(port, width);
  const due = new Float64Array(width);
  let delays = [];
  let late = 0;
  let failure;
  connections.listen(
    (index) => {
      delays.push(performance.now() - due[index]);
      due[index] = 0;
    },
    (error) => {
      failure ??= error;
    },
  );
  const begun = performance.now();
  let sent = 0;
  const sendDue = () => {
    const wanted = ((performance.now() - begun) / period) * width;
    for (; sent < wanted; sent += 1) {
      const index = sent % width;
      // An answer that takes longer than a period makes its connection miss a turn; the delay itself is counted.
      if (due[index] !== 0) late += 1;
      else {
        due[index] = performance.now();
        connections.send(index);
      }
    }
  };
  const timer = spinning ? undefined : setInterval(sendDue, 1);
  let next = spinning ? setImmediate(spin) : undefined;
  function spin() {
    sendDue();
    next = setImmediate(spin);
  }
  return {
    /** The delays since the last call, in milliseconds, the still open ones included. */
    take() {
      if (failure !== undefined) throw failure;
      const now = performance.now();
      const open = Array.from(due).filter((since) => since !== 0);
      const taken = { delays: [...delays, ...open.map((since) => now - since)], late };
      delays = [];
      late = 0;
      return taken;
    },
    async stop() {
      clearInterval(timer);
      clearImmediate(next);
      await connections.close();
    },
  };
}
