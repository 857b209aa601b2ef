/** `stats admin`: the form's fields, the actions it offers, and doing them. */
import type { ServerControl } from '../servers/server-control.ts';
import type { BackendRecord, ServerRecord } from '../servers/server-record.ts';
import type { ActionResult } from './action-result.ts';

interface Action {
  /** Its text in the list; absent: understood, but not offered. */
  readonly label?: string;
  /** Returns false when it has no meaning for this server. */
  readonly run: (control: ServerControl, server: ServerRecord) => boolean;
}

const administrative =
  (state: 'ready' | 'drain' | 'maint', note?: "'stop' on stats page") =>
  (control: ServerControl, server: ServerRecord) => {
    control.setAdministrative(server, state, note);
    return true;
  };
const health = (to: 'up' | 'stopping' | 'down') => (control: ServerControl, server: ServerRecord) =>
  control.setHealth(server, to, 'Web interface');
const checks = (enabled: boolean) => (control: ServerControl, server: ServerRecord) =>
  control.setHealthChecks(server, enabled);
/** There are no agent checks: no server has one to change, and HAProxy then says that nothing has changed. */
const ofAgent = () => false;

/** In HAProxy's order. */
const ACTIONS = new Map<string, Action>([
  ['ready', { label: 'Set state to READY', run: administrative('ready') }],
  ['drain', { label: 'Set state to DRAIN', run: administrative('drain') }],
  ['maint', { label: 'Set state to MAINT', run: administrative('maint') }],
  ['dhlth', { label: 'Health: disable checks', run: checks(false) }],
  ['ehlth', { label: 'Health: enable checks', run: checks(true) }],
  ['hrunn', { label: 'Health: force UP', run: health('up') }],
  ['hnolb', { label: 'Health: force NOLB', run: health('stopping') }],
  ['hdown', { label: 'Health: force DOWN', run: health('down') }],
  ['dagent', { run: ofAgent }],
  ['eagent', { run: ofAgent }],
  ['arunn', { run: ofAgent }],
  ['adown', { run: ofAgent }],
  [
    'shutdown',
    {
      label: 'Kill Sessions',
      run: (control, server) => {
        control.shutdownSessions(server);
        return true;
      },
    },
  ],
  // The names of HAProxy 1.4.
  ['stop', { run: administrative('drain', "'stop' on stats page") }],
  ['start', { run: administrative('ready') }],
]);

/** Value and text of the actions in the list. */
export const OFFERED_ACTIONS: readonly (readonly [value: string, label: string])[] = [...ACTIONS].flatMap(
  ([value, { label }]) => (label === undefined ? [] : [[value, label] as const]),
);

interface Form {
  readonly action: string | undefined;
  readonly backend: string | undefined;
  readonly servers: readonly string[];
}

/** The fields of a form; the last `action` and `b` count. Undefined where an escape is broken. */
function readForm(body: string): Form | undefined {
  let action: string | undefined;
  let backend: string | undefined;
  const servers: string[] = [];
  for (const field of body.split('&')) {
    const equals = field.indexOf('=');
    if (equals === -1) continue;
    const value = formValue(field.slice(equals + 1));
    if (value === undefined) return undefined;
    const name = field.slice(0, equals);
    if (name === 's') servers.push(value);
    else if (name === 'action') action = value;
    else if (name === 'b') backend = value;
  }
  return { action, backend, servers };
}

function formValue(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/**
 * Does what a posted form asks for and says how it went (as HAProxy 2.6 does, observed). `backends` are those the page
 * shows. A field that is missing or broken changes nothing; a name that is wrong is told.
 */
export function applyForm(
  control: ServerControl,
  backends: readonly (BackendRecord | undefined)[],
  body: string,
): ActionResult {
  const form = readForm(body);
  if (form?.action === undefined || form.backend === undefined) return 'NONE';
  const action = ACTIONS.get(form.action);
  const backend = backends.find((each) => each !== undefined && isMeant(each, form.backend ?? ''));
  if (action === undefined || backend === undefined) return 'ERRP';
  let done = 0;
  let unknown = 0;
  // A name that is checked twice is done once.
  for (const name of new Set(form.servers)) {
    const server = backend.servers.find((each) => each.model.name === name);
    if (server === undefined) unknown++;
    else if (action.run(control, server)) done++;
  }
  if (unknown > 0) return done > 0 ? 'PART' : 'ERRP';
  return done > 0 ? 'DONE' : 'NONE';
}

/** By name, or by id as `#3`. */
function isMeant({ proxy }: BackendRecord, name: string): boolean {
  return name === proxy.name || name === `#${proxy.iid}`;
}
