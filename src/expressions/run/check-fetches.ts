/** The fetches that run in rules of health checks (`tcp-check`, `http-check`). There is no client: what is asked of it has no value. */
import type { FetchRunners } from './compile.ts';
import { fetchRunners } from './fetches.ts';
import { servedFetches } from './served-fetches.ts';

const shared =
  'always_true always_false str int bool bin ipv4 ipv6 env hostname date rand uuid pid proc nbproc src dst src_port ' +
  'dst_port be_conn nbsrv srv_conn srv_queue srv_is_up';

export const checkFetchRunners: FetchRunners = {
  ...Object.fromEntries(
    shared.split(' ').flatMap((name) => {
      const make = fetchRunners[name];
      return make === undefined ? [] : [[name, make]];
    }),
  ),
  ...servedFetches,
};
