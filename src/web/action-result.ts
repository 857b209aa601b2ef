/** How an action of the page's form went: the `st=` of the answer and what the page then says. */

export const ACTION_RESULTS = ['DONE', 'NONE', 'PART', 'ERRP', 'EXCD', 'DENY', 'IVAL', 'UNKN'] as const;
export type ActionResult = (typeof ACTION_RESULTS)[number];

export interface ResultMessage {
  /** The colour of its box, by the class of a row. */
  readonly className: string;
  /** One line each. */
  readonly text: readonly string[];
  readonly list?: readonly string[];
}

/** HAProxy's messages, which people search for. */
export const RESULT_MESSAGES: Readonly<Record<ActionResult, ResultMessage>> = {
  DONE: { className: 'active_up', text: ['Action processed successfully.'] },
  NONE: { className: 'active_going_down', text: ['Nothing has changed.'] },
  PART: {
    className: 'active_going_down',
    text: [
      'Action partially processed.',
      'Some server names are probably unknown or ambiguous (duplicated names in the backend).',
    ],
  },
  ERRP: {
    className: 'active_down',
    text: ['Action not processed because of invalid parameters.'],
    list: [
      'The action is maybe unknown.',
      'Invalid key parameter (empty or too long).',
      'The backend name is probably unknown or ambiguous (duplicated names).',
      'Some server names are probably unknown or ambiguous (duplicated names in the backend).',
    ],
  },
  EXCD: {
    className: 'active_down',
    text: [
      "Action not processed : the buffer couldn't store all the data.",
      'You should retry with less servers at a time.',
    ],
  },
  DENY: { className: 'active_down', text: ['Action denied.'] },
  IVAL: {
    className: 'active_down',
    text: ['Invalid requests (unsupported method or chunked encoded request).'],
  },
  UNKN: { className: 'active_no_check', text: ['Unexpected result.'] },
};
