/** A client of the stats socket: sends commands, reads answers to the end, and turns CSV into rows by column name. */
import { connect } from 'node:net';

/** One row of `show stat`: column name to text, `''` where the column is empty. */
export type StatRow = Readonly<Record<string, string>>;

export interface AskOptions {
  /** Milliseconds without an end of the answer before the call fails; default 10 000. */
  readonly limit?: number;
  /** Closes our sending side right after the command, as `nc -N` does. */
  readonly halfClose?: boolean;
}

/** Sends `bytes` as they are and returns everything the socket answers until it closes. `where` is a path or `host:port`. */
export function askRaw(where: string, bytes: string | Buffer, options: AskOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = where.startsWith('/')
      ? connect({ path: where, allowHalfOpen: true })
      : connect({
          host: where.slice(0, where.lastIndexOf(':')),
          port: Number(where.slice(where.lastIndexOf(':') + 1)),
          allowHalfOpen: true,
        });
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new Error(`stats socket ${where} did not finish its answer to ${JSON.stringify(String(bytes).slice(0, 80))}`),
      );
    }, options.limit ?? 10_000);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.on('connect', () => {
      socket.write(bytes);
      if (options.halfClose === true) socket.end();
    });
  });
}

/** Sends one command line and returns the whole answer. */
export function ask(where: string, command: string, options: AskOptions = {}): Promise<string> {
  return askRaw(where, `${command}\n`, options);
}

/** Splits one CSV line with HAProxy's quoting: a field in `"` may hold commas and doubled quotes. */
export function splitCsvLine(line: string): string[] {
  const fields: string[] = [];
  let position = 0;
  while (position <= line.length) {
    if (line[position] === '"') {
      let text = '';
      position++;
      while (position < line.length) {
        if (line[position] === '"' && line[position + 1] === '"') {
          text += '"';
          position += 2;
        } else if (line[position] === '"') {
          position++;
          break;
        } else text += line[position++];
      }
      fields.push(text);
      position++;
    } else {
      const comma = line.indexOf(',', position);
      const end = comma === -1 ? line.length : comma;
      fields.push(line.slice(position, end));
      position = end + 1;
    }
  }
  return fields;
}

/** The column names of a `show stat` answer, in order, without the empty one after the trailing comma. */
export function headerOf(csv: string): string[] {
  const first = csv.slice(0, csv.indexOf('\n'));
  return splitCsvLine(first.replace(/^# /, '').replace(/,$/, ''));
}

/** The rows of a `show stat` answer. A row whose number of fields is not that of the header is an error. */
export function rowsOf(csv: string): StatRow[] {
  const names = headerOf(csv);
  const rows: StatRow[] = [];
  for (const line of csv.split('\n').slice(1)) {
    if (line === '') continue;
    const fields = splitCsvLine(line.replace(/,$/, ''));
    if (fields.length !== names.length) {
      throw new Error(`${fields.length} fields where the header has ${names.length}: ${line}`);
    }
    rows.push(Object.fromEntries(names.map((name, index) => [name, fields[index]!])));
  }
  return rows;
}

/** `show stat`, as rows. */
export async function showStat(where: string): Promise<StatRow[]> {
  return rowsOf(await ask(where, 'show stat'));
}

/** The row of one proxy and service in a list of rows; a missing row is an error that lists what there is. */
export function rowOf(rows: readonly StatRow[], proxy: string, service: string): StatRow {
  const row = rows.find((candidate) => candidate.pxname === proxy && candidate.svname === service);
  if (row === undefined) {
    throw new Error(`no row ${proxy}/${service}; there are ${rows.map((r) => `${r.pxname}/${r.svname}`).join(' ')}`);
  }
  return row;
}

/** `show info` as a table of name to value. */
export async function showInfo(where: string): Promise<Map<string, string>> {
  const answer = await ask(where, 'show info');
  const pairs = answer.split('\n').filter((line) => line.includes(':'));
  return new Map(pairs.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
}
