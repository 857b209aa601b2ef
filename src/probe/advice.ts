/** What often lies behind a failed check, where the report itself does not say it. */
import type { CheckModel, ServerCheckModel } from '../config/model.ts';
import { INCOMPLETE } from '../protocols/agent-check.ts';
import { verdictOf } from '../servers/operational-state.ts';
import type { CheckResult } from '../servers/server-event.ts';
import { isIp } from '../system/address-family.ts';
import { framedAnswer, http2Answer, roundOf } from './http-expectations.ts';
import { type ConnectionStory, receivedBytes } from './recording-dialer.ts';

export interface AdviceInput {
  readonly stories: readonly ConnectionStory[];
  readonly check: CheckModel;
  readonly settings: ServerCheckModel;
  readonly result: CheckResult;
}

/** Sentences for the operator; none for a check that passed, or where nothing can be guessed. */
export function adviceOf(input: AdviceInput): string[] {
  const last = input.stories.at(-1);
  if (last === undefined || verdictOf(input.result.status) !== 'failed') return [];
  return [...transportAdvice(last), ...certificateAdvice(last, input.settings), ...httpAdvice(last, input)];
}

/** The same for an agent. */
export function agentAdvice(story: ConnectionStory | undefined, { status, text }: CheckResult): string[] {
  if (story !== undefined && story.connected === undefined) return connectAdvice(story);
  if (text === INCOMPLETE) {
    return [
      "What an agent says counts from the end of its line on: a line feed is missing ('echo up', not 'printf up').",
    ];
  }
  if (status === 'CHECKED' && text !== '') {
    return ['Words that count: up, down, fail, stopped, ready, drain, maint, weights such as 50%, maxconn:20.'];
  }
  return [];
}

function transportAdvice(story: ConnectionStory): string[] {
  const { asked, failure, tls, connected, secured, exchanges } = story;
  if (connected === undefined) return connectAdvice(story);
  const received = receivedBytes(story);
  if (asked === undefined && (speaksTls(received) || complainsOfPlainText(received))) {
    return ["The server speaks TLS on this port, and the check does not: 'check-ssl' makes it."];
  }
  const hungUp = received.length === 0 && (failure !== undefined || story.ended !== undefined);
  if (asked === undefined && hungUp && exchanges.length > 0) {
    return [
      "It hung up at our first words. A TLS server does so: if this is one, 'check-ssl' makes the check speak TLS.",
    ];
  }
  if (asked === undefined || secured !== undefined || tls !== undefined) return [];
  if (/wrong version number|packet length too long|http request|unknown protocol/.test(failure?.reason ?? '')) {
    return ["What came back is not TLS: is this a plain port? 'no-check-ssl' makes the check speak plainly."];
  }
  if (failure === undefined)
    return ["The server accepts but does not shake hands: is this a plain port ('no-check-ssl')?"];
  return [];
}

function connectAdvice({ failure, address, through, tunnelling }: ConnectionStory): string[] {
  if (through !== undefined) {
    return tunnelling === undefined ? ['The SOCKS4 proxy cannot be reached; the server was not asked.'] : [];
  }
  if (failure === undefined)
    return ['Nothing answered at all: a firewall that drops, a wrong address, or a host that is off.'];
  if (failure.code === 'ECONNREFUSED' && isIp(address.family)) {
    return [`The host is there, and nothing listens on port ${address.port} of ${address.host}.`];
  }
  return [];
}

/** Of errors that OpenSSL names. */
const CERTIFICATE_ADVICE: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: "The authority at the end of the chain is not in 'ca-file'.",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "The certificate is signed by itself: put it into 'ca-file', or the server needs another one.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "No authority in 'ca-file' has signed this certificate; or the server does not send the ones between.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "No authority in 'ca-file' has signed this chain; or the server does not send the whole of it.",
  INVALID_PURPOSE: 'The certificate is not made for servers: that of an authority, or of a client?',
  CERT_HAS_EXPIRED: 'The server needs a new certificate.',
  CERT_NOT_YET_VALID: "One of the clocks is wrong, the server's or ours, or the certificate is meant for later.",
};

function certificateAdvice({ failure, tls, secured, asked }: ConnectionStory, settings: ServerCheckModel): string[] {
  if (failure === undefined || asked === undefined) return [];
  if (/certificate required|CERTIFICATE_REQUIRED/i.test(`${failure.code} ${failure.reason}`)) {
    return [
      settings.certificate === undefined
        ? "The server wants a certificate of ours: 'crt' names one."
        : `The server does not take the certificate of ${settings.certificate}.`,
    ];
  }
  if (secured !== undefined) return [];
  if (tls === undefined) return refusalAdvice(`${failure.reason}`, settings);
  if (failure.mismatch !== undefined) {
    const held = asked.name === undefined ? "'verifyhost'" : "'check-sni'";
    return [`None of the certificate's names is ${asked.name ?? settings.verifyhost}, which ${held} asks for.`];
  }
  const advice = CERTIFICATE_ADVICE[failure.code];
  return advice === undefined ? [] : [advice];
}

/** The server ends the handshake by an alert, or we do. */
function refusalAdvice(reason: string, { certificate }: ServerCheckModel): string[] {
  if (/protocol version|unsupported protocol|no protocols available/.test(reason)) {
    return ["No common version of TLS: 'ssl-min-ver' and 'ssl-max-ver' say which ones we speak."];
  }
  if (/handshake failure|insufficient security|no shared cipher|no ciphers available/.test(reason)) {
    const wish = certificate === undefined ? ", or it wants a certificate of ours ('crt')" : '';
    return [`The server found nothing in common with us: versions or ciphers differ${wish}.`];
  }
  if (/unrecognized name/.test(reason)) return ["The server does not know the name it was asked for ('check-sni')."];
  return [];
}

function httpAdvice(story: ConnectionStory, { stories, check, result }: AdviceInput): string[] {
  if (check.kind !== 'http') return [];
  const round = roundOf(check, stories.length - 1) ?? check;
  const received = receivedBytes(story);
  const http2 = http2Answer(received);
  const named = round.headers.some(([name]) => name.toLowerCase() === 'host');
  if (http2?.length === 0 && !named) {
    return [
      "Over HTTP/2 many servers want a name of the host, and none was sent: 'http-check send hdr Host NAME' adds it.",
    ];
  }
  if (result.status === 'SOCKERR') return [];
  const head = /^HTTP\/\S+ (\d+)[\s\S]*?(?:\r?\n\r?\n|$)/.exec((framedAnswer(received) ?? received).toString('latin1'));
  if (head === null || complainsOfPlainText(received)) return [];
  const code = Number(head[1]);
  const advice: string[] = [];
  if (code >= 400 && round.version === 'HTTP/1.1' && !named) {
    advice.push("HTTP/1.1 needs a Host, and none was sent: 'http-check send hdr Host NAME' adds it.");
  } else if ([400, 404, 421].includes(code) && !named) {
    advice.push(
      "No Host was sent; a server of several sites may want one: 'http-check send ver HTTP/1.1 hdr Host NAME'.",
    );
  }
  if ([400, 403, 405, 501].includes(code) && round.method === 'OPTIONS') {
    advice.push(
      "'option httpchk' without a method asks by OPTIONS, which many servers refuse: 'option httpchk GET /'.",
    );
  }
  if (/\ncontent-encoding:/i.test(head[0]) && round.expect.some(({ match }) => /string$/.test(match.kind))) {
    advice.push('The answer is compressed, and it is the compressed bytes that are looked at.');
  }
  return advice;
}

/** An alert or a handshake record. */
function speaksTls(received: Buffer): boolean {
  return (received[0] === 0x15 || received[0] === 0x16) && received[1] === 3;
}

/** What web servers say to plain HTTP on a port for TLS. */
function complainsOfPlainText(received: Buffer): boolean {
  return /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|HTTP request to an HTTPS server/i.test(
    received.toString('latin1'),
  );
}
