/** Bytes that were received and not forwarded yet. */
import { type FetchDefinition, fetch } from '../definition.ts';
import { EITHER_BUFFER, REQUEST_BUFFER, RESPONSE_BUFFER } from '../needs.ts';
import { CLIENT_CONNECTION, REQUEST, REQUEST_OR_RESPONSE, RESPONSE } from '../places.ts';

export const bufferFetches: readonly FetchDefinition[] = [
  fetch('distcc_body', 'string[,integer]', 'bin', REQUEST_OR_RESPONSE, EITHER_BUFFER),
  fetch('distcc_param', 'string[,integer]', 'sint', REQUEST_OR_RESPONSE, EITHER_BUFFER),
  fetch('payload', 'integer,integer', 'bin', REQUEST_OR_RESPONSE, EITHER_BUFFER),
  fetch('payload_lv', 'integer,integer[,string]', 'bin', REQUEST_OR_RESPONSE, EITHER_BUFFER),
  fetch('rdp_cookie', '[string]', 'str', REQUEST, REQUEST_BUFFER),
  fetch('rdp_cookie_cnt', '[string]', 'sint', REQUEST, REQUEST_BUFFER),
  fetch('rep_ssl_hello_type', '', 'sint', RESPONSE, RESPONSE_BUFFER),
  fetch('req.len', '', 'sint', REQUEST, REQUEST_BUFFER),
  fetch('req.payload', 'integer,integer', 'bin', REQUEST, REQUEST_BUFFER),
  fetch('req.payload_lv', 'integer,integer[,string]', 'bin', REQUEST, REQUEST_BUFFER),
  fetch('req.rdp_cookie', '[string]', 'str', REQUEST, REQUEST_BUFFER),
  fetch('req.rdp_cookie_cnt', '[string]', 'sint', REQUEST, REQUEST_BUFFER),
  fetch('req.ssl_alpn', '', 'str', REQUEST, REQUEST_BUFFER),
  fetch('req.ssl_cipherlist', '', 'bin', CLIENT_CONNECTION),
  fetch('req.ssl_ec_ext', '', 'bool', REQUEST, REQUEST_BUFFER),
  fetch('req.ssl_hello_type', '', 'sint', REQUEST, REQUEST_BUFFER),
  fetch('req.ssl_keyshare_groups', '', 'bin', CLIENT_CONNECTION),
  fetch('req.ssl_sigalgs', '', 'bin', CLIENT_CONNECTION),
  fetch('req.ssl_sni', '', 'str', REQUEST, REQUEST_BUFFER),
  fetch('req.ssl_st_ext', '', 'sint', REQUEST, REQUEST_BUFFER),
  fetch('req.ssl_supported_groups', '', 'bin', CLIENT_CONNECTION),
  fetch('req.ssl_ver', '', 'sint', REQUEST, REQUEST_BUFFER),
  fetch('req_len', '', 'sint', REQUEST, REQUEST_BUFFER),
  fetch('req_ssl_hello_type', '', 'sint', REQUEST, REQUEST_BUFFER),
  fetch('req_ssl_sni', '', 'str', REQUEST, REQUEST_BUFFER),
  fetch('req_ssl_ver', '', 'sint', REQUEST, REQUEST_BUFFER),
  fetch('res.len', '', 'sint', RESPONSE, RESPONSE_BUFFER),
  fetch('res.payload', 'integer,integer', 'bin', RESPONSE, RESPONSE_BUFFER),
  fetch('res.payload_lv', 'integer,integer[,string]', 'bin', RESPONSE, RESPONSE_BUFFER),
  fetch('res.ssl_hello_type', '', 'sint', RESPONSE, RESPONSE_BUFFER),
];
