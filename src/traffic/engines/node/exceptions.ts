/**
 * Where node:net cannot do what the boundary asks, by the name of the conformance case; each with its reason. The
 * case then asks for what still holds.
 *
 * Besides, by the nature of node:net (none of them is a case, because the time of discovery is all that differs):
 * - a RST of a side that is not being read (held back, or parked by a paused listener) is seen when reading goes on;
 * - a RST of a side that had sent FIN before is seen when something is written to it (HAProxy 2.6 does the same);
 * - clients for whom there is no descriptor left are accepted and closed by libuv, which tells nobody;
 * - when writing to a side fails because it was reset, bytes it sent in that very moment, unread as yet, are lost.
 */
export const NODE_EXCEPTIONS: Readonly<Record<string, string>> = {
  'bytes and a RST at once, of a server that was sent FIN before':
    'libuv reports bytes and RST of one poll as bytes and an end; that can be seen through only before we have sent FIN',
};
