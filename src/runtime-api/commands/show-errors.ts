import { LogDate } from '../../logging/log-date.ts';
import { type Command, dump, failure } from '../command.ts';
import { proxyId } from '../targets.ts';

/** Captures of invalid HTTP messages. Nothing here forwards HTTP, so there never is one; clients ask nevertheless. */
export const showErrors: Command = {
  words: ['show', 'errors'],
  usage: 'show errors [<px>] [request|response]',
  help: 'show the last invalid request and response of each proxy',
  level: 'operator',
  run({ view }, [proxy]) {
    if (proxy !== undefined && proxyId(view, proxy) === undefined) return failure('No such proxy.');
    return dump(`Total events captured on [${new LogDate().accept(view.wallClock())}] : 0`);
  },
};
