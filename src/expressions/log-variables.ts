/** Variables of log-format strings (configuration manual, "Custom log format"). */

export interface LogVariable {
  readonly name: string;
  /** Refused in mode tcp. */
  readonly http: boolean;
}

const both =
  'o B H ID ST T Tc Td Th Tl Ts Tt Tu Tw U ac b bc bi bp bq ci cp f fc fi fp ft hr hrl hs hsl lc ms pid rc rt s sc si sp sq sslc sslv t ts tsc OG';
const http = 'CC CS HM HP HPO HQ HU HV Ta Ti Tq TR Tr r tr trg trl';

export const logVariables: ReadonlyMap<string, LogVariable> = new Map(
  [
    ...both.split(' ').map((name) => ({ name, http: false })),
    ...http.split(' ').map((name) => ({ name, http: true })),
  ].map((variable) => [variable.name, variable]),
);
