/** A statistics site over a runtime view of a few proxies, and requests to it without a socket. */
import type { ProxyModel, StatsPageModel } from '../../src/config/model.ts';
import { ProcessMeter } from '../../src/stats/process-meter.ts';
import { answerRequest, type StatsRequest } from '../../src/web/stats-request.ts';
import { statsSite } from '../../src/web/stats-site.ts';
import type { WebResponse } from '../../src/web/web-response.ts';
import { modelOf, type ProxyParts, testView } from './runtime-view.ts';

export const plainPage: StatsPageModel = {
  uri: '/stats',
  auth: [],
  hideVersion: false,
  showNode: false,
  showLegends: false,
  showDesc: false,
  scope: [],
  admin: false,
};

/** An answer with its body in one piece. */
export interface Answer extends Omit<WebResponse, 'body'> {
  readonly body: string;
  header(name: string): string | undefined;
}

export interface Ask extends Partial<Omit<StatsRequest, 'target'>> {
  /** Of a POST. `undefined` stands for one that was too large. */
  readonly form?: string | undefined;
}

/** `frontend`: index of the proxy whose listener is asked. */
export function statsPageSite(proxies: readonly ProxyParts[], frontend = proxies.length - 1) {
  const test = testView(modelOf(proxies));
  const { view, control } = test;
  const proxy = view.model.proxies[frontend] as ProxyModel;
  const site = statsSite({ view, control, meter: new ProcessMeter(() => 0), frontend: proxy });
  const ask = (target: string, { form, ...request }: Ask = {}): Answer => {
    const answer = answerRequest(site, {
      method: 'GET',
      target,
      authorization: undefined,
      host: 'proxy:8404',
      origin: undefined,
      referer: undefined,
      fetchSite: undefined,
      client: { host: '127.0.0.1', port: 40000 },
      local: { host: '127.0.0.1', port: 8404 },
      ...request,
    });
    return whole('finish' in answer ? answer.finish(form) : answer);
  };
  const post = (form: string | undefined, target = '/stats', request: Ask = {}) =>
    ask(target, { method: 'POST', form, ...request }).header('location');
  return { test, site, ask, post };
}

function whole(answer: WebResponse): Answer {
  const { body } = answer;
  return {
    ...answer,
    body: typeof body === 'string' ? body : [...body()].join(''),
    header: (name) => answer.headers.find(([key]) => key === name)?.[1],
  };
}
