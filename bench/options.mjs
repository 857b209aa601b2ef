/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';
import { FIGURES } from './figures.mjs';
import { PROXIES } from './proxies/index.mjs';

const USAGE = `usage: npm run bench -- [options]
  --rounds <n>     how often everything is measured in turn (7; with --quick 3)
  --quick          small amounts: to see that it works, not for figures to keep
  --only <names>   some proxies or figures, separated by commas; haproxy is added, for the ratios
                   proxies: ${PROXIES.map(({ name }) => name).join(' ')}
                   figures: ${FIGURES.map(({ name }) => name).join(' ')}
  --json <file>    also write everything there, each round's figures included
  --help`;

/**
 * How much work each figure is taken from. At 70 µs a connection and 18 µs an exchange, HAProxy works for more than a
 * quarter of a second on each. `pacedRate` is exchanges a second: about a third of what this load gets through HAProxy.
 */
const FULL = {
  warmUp: 12_000,
  short: 6000,
  exchanges: 40_000,
  exchangesAlone: 15_000,
  gigabytes: 2,
  width: 32,
  bulkWidth: 4,
  pacedWidth: 64,
  pacedRate: 22_000,
  pacedSeconds: 2,
};
const QUICK = {
  ...FULL,
  warmUp: 2000,
  short: 1000,
  exchanges: 5000,
  exchangesAlone: 2000,
  gigabytes: 0.5,
  pacedSeconds: 0.5,
};

/** @typedef {typeof FULL} Sizes */

function refuse(problem) {
  console.error(`${problem}\n${USAGE}`);
  process.exit(1);
}

function parse() {
  try {
    return parseArgs({
      options: {
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error.message);
  }
}

/** What is to be measured; ends the process when the command line makes no sense. */
export function readOptions() {
  const given = parse();
  if (given.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const rounds = Number(given.rounds ?? (given.quick ? 3 : 7));
  if (!Number.isInteger(rounds) || rounds < 1) refuse(`not a number of rounds: ${given.rounds}`);
  const only = given.only.flatMap((names) => names.split(','));
  for (const name of only) {
    if (![...PROXIES, ...FIGURES].some((known) => known.name === name)) refuse(`neither a proxy nor a figure: ${name}`);
  }
  const chosen = (all) => {
    const some = all.filter(({ name }) => only.includes(name));
    return some.length === 0 ? all : some;
  };
  return {
    rounds,
    sizes: given.quick ? QUICK : FULL,
    json: given.json,
    proxies: chosen(PROXIES),
    figures: chosen(FIGURES),
  };
}
