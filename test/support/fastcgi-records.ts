/** Records of FastCGI as programs write them, and what one says of a request. */

export function fastcgiRecord(type: number, content: string | Buffer = '', id = 1, padding = 0): Buffer {
  const bytes = Buffer.from(content as string, 'latin1');
  const head = Buffer.of(1, type, id >> 8, id & 255, bytes.length >> 8, bytes.length & 255, padding, 0);
  return Buffer.concat([head, bytes, Buffer.alloc(padding)]);
}

export const stdout = (text = '', id = 1, padding = 0) => fastcgiRecord(6, text, id, padding);
export const stderr = (text = '') => fastcgiRecord(7, text);
/** END_REQUEST: the program's exit code, and why the server refused it, if it did. */
export const endRequest = (code = 0, refusal = 0, id = 1) =>
  fastcgiRecord(3, Buffer.of(0, 0, 0, code, refusal, 0, 0, 0), id);
/** A whole answer. */
export const fastcgiAnswer = (text: string) => Buffer.concat([stdout(text), stdout(), endRequest()]);

/** Every record on a line: its type, and what it holds, parameters as `NAME=value`. */
export function describeRecords(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt16BE(at + 4);
    const type = bytes[at + 1]!;
    const content = bytes.subarray(at + 8, at + 8 + length);
    const text =
      type === 4 || type === 9 ? pairsIn(content).join(' ') : content.toString(type === 5 ? 'latin1' : 'hex');
    lines.push(`${type}#${bytes.readUInt16BE(at + 2)} ${text}`.trim());
    at += 8 + length + bytes[at + 6]!;
  }
  return lines;
}

function pairsIn(content: Buffer): string[] {
  const pairs: string[] = [];
  for (let at = 0; at < content.length; ) {
    const length = () => {
      if (content[at]! < 128) return content[at++]!;
      at += 4;
      return content.readUInt32BE(at - 4) & 0x7fffffff;
    };
    const [name, value] = [length(), length()];
    pairs.push(
      `${content.toString('latin1', at, at + name)}=${content.toString('latin1', at + name, at + name + value)}`,
    );
    at += name + value;
  }
  return pairs;
}
