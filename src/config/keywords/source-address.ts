/** `source`: where connections to servers come from, as a line of a proxy and as a parameter of a server. */
import { type AddressRules, parseAddress } from '../address.ts';
import { addressModel, invalidAddress } from '../address-resolution.ts';
import type { ConfigDraft } from '../draft.ts';
import type { Word } from '../keyword.ts';
import { leadingInteger } from '../leading-integer.ts';
import type { AddressModel, SourceModel } from '../model.ts';
import type { SourceDraft } from '../server-draft.ts';

/** What a mistake is about, for the frames around it. */
export interface SourceMistake {
  readonly ok: false;
  /** The part that is wrong; a word that is no part of `source` for `unknown`. */
  readonly part: 'source' | 'usesrc' | 'interface' | 'unknown';
  /** HAProxy's words, less its frame; absent where the part has no value. */
  readonly message?: string;
  /** HAProxy ends the message with a line break. */
  readonly broken?: boolean;
  readonly word?: Word | undefined;
}

export type ReadSource =
  | {
      readonly ok: true;
      readonly source: SourceDraft;
      /** It is no IP address, and HAProxy binds to nothing then. */
      readonly meaningless: boolean;
    }
  | SourceMistake;

/** Where HAProxy's message about an address ends with a line break. */
const BROKEN = /^invalid (?:address|character)/;

/** Reads the words behind `source`; the first one is there and not empty. `ranges`: the address may have several ports. */
export function readSource(words: readonly Word[], config: ConfigDraft, ranges: boolean): ReadSource {
  const first = words[0]!;
  const found = readAddress('source', first, config, { kind: 'plain', ...(ranges ? { portRange: true } : {}) });
  if (!found.ok) return found;
  const { address, lastPort } = found;
  const isIp = address.family === 'ipv4' || address.family === 'ipv6';
  const any = address.port === 0 && (address.host === '0.0.0.0' || address.host === '::');
  let source: SourceDraft = {
    span: first.span,
    ...(isIp && !any ? { address } : {}),
    ...(lastPort > address.port ? { lastPort } : {}),
  };
  for (let at = 1; at < words.length && words[at]!.text !== ''; at += 2) {
    const part = words[at]!;
    const value = words[at + 1];
    if (part.text !== 'usesrc' && part.text !== 'interface') return { ok: false, part: 'unknown', word: part };
    if (value === undefined || value.text === '') return { ok: false, part: part.text, word: part };
    if (part.text === 'interface') source = { ...source, interface: value.text };
    else {
      const used = readUseSource(value, config);
      if (!used.ok) return used;
      const { useSource: _, header: __, ...rest } = source;
      source = { ...rest, ...used.value };
    }
  }
  return { ok: true, source, meaningless: !isIp };
}

type UseSource = { readonly ok: true; readonly value: Pick<SourceModel, 'useSource'> & { readonly header?: string } };

function readUseSource(word: Word, config: ConfigDraft): UseSource | SourceMistake {
  const { text } = word;
  if (text === 'client' || text === 'clientip') return { ok: true, value: { useSource: text } };
  const header = /^hdr_ip\(([^,)]*)(?:,([^)]*))?/.exec(text);
  // The occurrence number 0 is none, and the header is forgotten.
  if (header !== null) {
    const none = header[2] !== undefined && leadingInteger(header[2]) === 0;
    return { ok: true, value: none ? {} : { header: header[1]! } };
  }
  const found = readAddress('usesrc', word, config, { kind: 'plain' });
  return found.ok ? { ok: true, value: { useSource: found.address } } : found;
}

function readAddress(
  part: 'source' | 'usesrc',
  word: Word,
  config: ConfigDraft,
  rules: AddressRules,
): { readonly ok: true; readonly address: AddressModel; readonly lastPort: number } | SourceMistake {
  if (word.text.startsWith('fd@')) {
    const text = `a file descriptor is not acceptable here in '${word.text}'`;
    return { ok: false, part, message: `'${part} ${word.text}' : ${text}`, broken: true, word };
  }
  const parsed = parseAddress(word.text, rules, config.env);
  const address = parsed.ok ? addressModel(parsed.parts, config.hosts) : undefined;
  if (parsed.ok && address !== undefined) return { ok: true, address, lastPort: parsed.parts.lastPort };
  const text = parsed.ok ? invalidAddress(parsed.parts) : parsed.message;
  return { ok: false, part, message: `'${part} ${word.text}' : ${text}`, broken: BROKEN.test(text), word };
}
