/** How long the stages of a check may take (measured on HAProxy; where 2.6 forgets a short `timeout check`, 3.x counts). */

export interface CheckTimeouts {
  /** `timeout connect` and `timeout check`, ms; absent or 0: not set. */
  readonly connect: number | undefined;
  readonly check: number | undefined;
  /** ms. */
  readonly inter: number;
}

/** ms for the connection and the TLS handshake, from their start. */
export function connectBudget({ connect, check, inter }: CheckTimeouts): number {
  if (!isSet(check) || !isSet(connect)) return inter;
  return Math.min(connect, inter);
}

/** ms for the talk, from the moment the connection is ready; undefined: what is left of `inter` since the start. */
export function answerBudget({ check }: CheckTimeouts): number | undefined {
  return isSet(check) ? check : undefined;
}

function isSet(value: number | undefined): value is number {
  return value !== undefined && value > 0;
}
