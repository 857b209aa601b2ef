/** Header fields of HTTP/2 as bytes (HPACK, RFC 7541): everything is read, and written in the plainest way there is. */
import { HTTP_LIMIT } from './bounded-buffer.ts';
import { huffmanText } from './hpack-huffman.ts';
import { HPACK_STATIC_TABLE } from './hpack-static-table.ts';

/** One character a byte. */
export type Field = readonly [name: string, value: string];

/** What the other side may keep in its table, as long as nothing else was agreed upon. */
const TABLE_BYTES = 4096;
/** What a field counts beyond its characters. */
const ENTRY_BYTES = 32;

/** Literals that nobody has to remember, without compression. */
export function encodeFields(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(0), literal(name), literal(value)]));
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const length: number[] = [];
  let left = bytes.length;
  if (left < 0x7f) length.push(left);
  else {
    length.push(0x7f);
    for (left -= 0x7f; left >= 0x80; left >>>= 7) length.push((left & 0x7f) | 0x80);
    length.push(left);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** Reads one block of a connection whose other blocks nobody asks for. Undefined: it is broken, or more than a check looks at. */
export function decodeFields(block: Uint8Array): readonly Field[] | undefined {
  return new BlockReader(block).fields();
}

class BlockReader {
  readonly #block: Uint8Array;
  #at = 0;
  /** The newest first. */
  readonly #table: Field[] = [];
  #tableBytes = 0;
  #tableLimit = TABLE_BYTES;

  constructor(block: Uint8Array) {
    this.#block = block;
  }

  fields(): readonly Field[] | undefined {
    const fields: Field[] = [];
    let bytes = 0;
    while (this.#at < this.#block.length) {
      const first = this.#block[this.#at] as number;
      if ((first & 0xe0) === 0x20) {
        const limit = this.#integer(5);
        // Before all fields, and not more than was allowed.
        if (limit === undefined || limit > TABLE_BYTES || fields.length > 0) return undefined;
        this.#tableLimit = limit;
        this.#evict(0);
        continue;
      }
      const field = first >= 0x80 ? this.#known(7) : this.#literal(first);
      if (field === undefined) return undefined;
      // A small block can name a large field again and again.
      bytes += field[0].length + field[1].length + ENTRY_BYTES;
      if (bytes > HTTP_LIMIT) return undefined;
      fields.push(field);
    }
    return fields;
  }

  #literal(first: number): Field | undefined {
    const keeps = first >= 0x40;
    const prefix = keeps ? 6 : 4;
    const named = (first & ((1 << prefix) - 1)) !== 0;
    if (!named) this.#at++;
    const name = named ? this.#known(prefix)?.[0] : this.#text();
    const value = name === undefined ? undefined : this.#text();
    if (name === undefined || value === undefined) return undefined;
    const field = [name, value] as const;
    if (keeps) this.#keep(field);
    return field;
  }

  #known(prefix: number): Field | undefined {
    const index = this.#integer(prefix);
    if (index === undefined || index === 0) return undefined;
    return index <= HPACK_STATIC_TABLE.length
      ? HPACK_STATIC_TABLE[index - 1]
      : this.#table[index - 1 - HPACK_STATIC_TABLE.length];
  }

  #text(): string | undefined {
    const packed = ((this.#block[this.#at] ?? 0) & 0x80) !== 0;
    const length = this.#integer(7);
    if (length === undefined || length > this.#block.length - this.#at) return undefined;
    const bytes = this.#block.subarray(this.#at, this.#at + length);
    this.#at += length;
    return packed ? huffmanText(bytes) : Buffer.from(bytes).toString('latin1');
  }

  /** The last `prefix` bits of the next byte, and more bytes where they are all 1. */
  #integer(prefix: number): number | undefined {
    const most = (1 << prefix) - 1;
    const first = this.#block[this.#at++];
    if (first === undefined) return undefined;
    let value = first & most;
    if (value < most) return value;
    // Four bytes more are larger than anything that can be meant.
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.#block[this.#at++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  }

  #keep(field: Field): void {
    const bytes = field[0].length + field[1].length + ENTRY_BYTES;
    this.#evict(bytes);
    if (bytes > this.#tableLimit) return;
    this.#table.unshift(field);
    this.#tableBytes += bytes;
  }

  /** Makes room for so many bytes; what is larger than the table empties it. */
  #evict(room: number): void {
    while (this.#tableBytes + room > this.#tableLimit) {
      const oldest = this.#table.pop();
      if (oldest === undefined) return;
      this.#tableBytes -= oldest[0].length + oldest[1].length + ENTRY_BYTES;
    }
  }
}
