/** Where a sample fetch can be used: which moment of a session, as the registry of HAProxy 3.4 (`-dK smp`) lists them. */

/** In the registry's order; the texts are those of HAProxy's messages. */
export const placeTexts = [
  'frontend tcp-request connection rule',
  'frontend tcp-request session rule',
  'frontend tcp-request content rule',
  'frontend http-request header rule',
  'frontend http-request body rule',
  'frontend use-backend rule',
  'backend tcp-request content rule',
  'backend http-request header rule',
  'backend http-request body rule',
  'backend use-server, balance or stick-match rule',
  'server source selection',
  'backend tcp-response content rule',
  'backend http-response header rule',
  'backend http-response body rule',
  'backend stick-store rule',
  'frontend tcp-response content rule',
  'frontend http-response header rule',
  'frontend http-response body rule',
  'logs',
  'backend tcp-check rule',
  'configuration parser',
  'CLI parser',
] as const;

/** One of `placeTexts`. */
export type Place = (typeof placeTexts)[number];

/** One character a place, in the order of `placeTexts`: `Y` where the fetch can be used. */
export type Places = string;

export const EVERYWHERE: Places = 'YYYYYYYYYYYYYYYYYYYYYY';
/** Everywhere but while the configuration is read. */
export const NOT_IN_PARSER: Places = 'YYYYYYYYYYYYYYYYYYYY.Y';
export const CLIENT_CONNECTION: Places = 'YYYYYYYYYYYYYYYYYYYY..';
/** From the moment the client's session stands (behind a PROXY header or a handshake). */
export const CLIENT_SESSION: Places = '.YYYYYYYYYYYYYYYYYY...';
export const FRONTEND_KNOWN: Places = 'YYYYYYYYYYYYYYYYYYY...';
export const REQUEST: Places = '..YYYYYYYYY...........';
export const REQUEST_OR_RESPONSE: Places = '..YYYYYYYYYYYYYYYY.Y..';
/** Taken from the request and still known when the answer comes. */
export const KEPT_FROM_REQUEST: Places = '..YYYYYYYYYYYYYYYYY...';
export const SERVER_CONNECTION: Places = '...........YYYYYYYYY..';
export const RESPONSE: Places = '...........YYYYYYY.Y..';
export const BACKEND_KNOWN: Places = '......YYYYYYYYYYYYYY..';
export const RESPONSE_BYTES: Places = '.........YYYYYYYYYY...';
export const SERVER_CHOSEN: Places = '..........YYYYYYYYYY..';

/** True where a fetch with these places can be used. */
export function usableAt(places: Places, place: Place): boolean {
  return places[placeTexts.indexOf(place)] === 'Y';
}
