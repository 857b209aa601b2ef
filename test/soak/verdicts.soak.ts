/** Configurations by chance, most with mistakes: `-c` of HAProxy and of hapax must agree whether they are good. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bindTable, globalTable, proxyTable, serverTable } from '../../src/config/keywords/index.ts';
import { loadConfigurationText } from '../../src/config/load.ts';
import { verdict } from '../../src/config/verdict.ts';
import { runToEnd, skipWithoutHaproxy } from '../support/proxy-process.ts';
import { damagedText, randomConfiguration } from '../support/random-configuration.ts';
import { forSoakTime, SOAK_SEED, seededRandom } from './soak.ts';

const skipped = skipWithoutHaproxy('verdicts on configurations by chance beside HAProxy');

/** conf/, without names to resolve, comments and files that are not on every machine. */
const conf = new URL('../../conf/', import.meta.url);
const shipped = readdirSync(conf).map((name) =>
  readFileSync(new URL(name, conf), 'utf8')
    .replaceAll(/[\w.-]*\.example\.com(?=:)/g, '127.0.0.1')
    .split('\n')
    .filter((line) => !/^\s*(?:#|$)|errorfile|chroot|^\s+(?:user|group)\b|PROFILE=/.test(line))
    .map((line) => line.replace(/verify required ca-file \S+/, 'verify none')),
);

const known = new Set(
  [globalTable, proxyTable, bindTable, serverTable].flatMap((table) =>
    table.definitions.flatMap(({ name }) => [name, name.replace(/^(?:option|stats) /, '')]),
  ),
);

/** What hapax refuses on purpose: HAProxy sends another request than the lines say, or drops an empty section. */
const ON_PURPOSE = /unable to add http-check send rule at step|please use the 'bind' keyword/;

/** HAProxy 2.6 does not know a word that hapax knows, from a later version. */
function isNewer(alert: string): boolean {
  const word = /(?:unknown (?:keyword|option|stats parameter)|is not supported for option|\(got) '([^']*)'/.exec(
    alert,
  )?.[1];
  return word !== undefined && known.has(word);
}

test.skipIf(skipped)('hapax and HAProxy agree which configurations are good', async () => {
  const random = seededRandom(SOAK_SEED);
  const directory = mkdtempSync(join(tmpdir(), 'hapax-verdicts-'));
  const differences: string[] = [];
  let good = 0;
  let beyond = 0;
  let newer = 0;
  try {
    const rounds = await forSoakTime(async () => {
      const ready = shipped[Math.floor(random() * shipped.length * 3)];
      const text = ready === undefined ? randomConfiguration(random, 3) : damagedText(ready, random, 5);
      const ours = await loadConfigurationText(text, 't.cfg', { strict: true });
      const alerts = ours.diagnostics.filter((each) => each.severity === 'alert' && !each.harmless);
      const wanted = alerts.every(({ code, message }) => code === 'not-supported-yet' || ON_PURPOSE.test(message));
      if (alerts.length > 0 && wanted) {
        beyond++;
        return;
      }
      writeFileSync(join(directory, 't.cfg'), text);
      const theirs = await runToEnd('haproxy', ['-c', '-f', 't.cfg'], directory);
      const { exitCode } = verdict(ours);
      if (exitCode === 0) good++;
      if (exitCode === theirs.code) return;
      const said = theirs.stderr
        .split('\n')
        .filter((line) => /\[ALERT\](?!.*(?:Error\(s\) found|Fatal errors))/.test(line));
      if (said.length > 0 && said.every(isNewer)) {
        newer++;
        return;
      }
      const messages = alerts.map(({ message }) => `  hapax: ${message}`);
      differences.push([`hapax ${exitCode}, HAProxy ${theirs.code}`, ...messages, ...said, text].join('\n'));
    });
    console.log(
      `${rounds} texts, ${good} good, ${beyond} beyond what hapax does, ${newer} with words of HAProxy 3, ${differences.length} differences`,
    );
    expect(differences.join('\n\n')).toBe('');
    expect(good).toBeGreaterThan(0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
