/** The Huffman code of HPACK (RFC 7541, Appendix B). It is canonical: the lengths of the codes say what they are. */

/** Bits of the code of each byte, and last of the mark for the end. */
const LENGTHS = `
  13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
  6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10
  13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6
  15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28
  20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
  22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
  26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
  20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
  30`
  .trim()
  .split(/\s+/)
  .map(Number);

const END = 256;

/** A tree in pairs: what follows a 0 and a 1; a leaf is `-1 - symbol`, 0 is nothing yet. */
const tree: number[] = [0, 0];

function grow(): void {
  let code = 0;
  for (let bits = 1; bits <= 30; bits++, code *= 2) {
    for (let symbol = 0; symbol <= END; symbol++) {
      if (LENGTHS[symbol] !== bits) continue;
      let node = 0;
      for (let bit = bits - 1; bit >= 0; bit--) {
        const at = node + ((code >>> bit) & 1);
        if (bit === 0) tree[at] = -1 - symbol;
        else {
          if (tree[at] === 0) tree[at] = tree.push(0, 0) - 2;
          node = tree[at] as number;
        }
      }
      code++;
    }
  }
}
grow();

/** One character a byte; undefined where it is not in the code, ends with more than 7 bits of padding, or with other bits than 1. */
export function huffmanText(bytes: Uint8Array): string | undefined {
  const decoded: number[] = [];
  let node = 0;
  /** Bits since the last symbol, and whether all of them were 1. */
  let bits = 0;
  let ones = true;
  for (const byte of bytes) {
    for (let shift = 7; shift >= 0; shift--) {
      const bit = (byte >>> shift) & 1;
      const next = tree[node + bit] as number;
      bits++;
      ones &&= bit === 1;
      if (next >= 0) {
        node = next;
        continue;
      }
      if (next === -1 - END) return undefined;
      decoded.push(-1 - next);
      node = 0;
      bits = 0;
      ones = true;
    }
  }
  return bits < 8 && ones ? Buffer.from(decoded).toString('latin1') : undefined;
}
