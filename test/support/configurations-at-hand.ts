/** The configurations there are to try things on: those of the project, and the corpus where it lies beside the project. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { corpusDirectory } from './corpus.ts';

export interface ConfigurationAtHand {
  readonly name: string;
  readonly text: string;
}

const project = new URL('../../', import.meta.url);

function filesOf(directory: string): readonly ConfigurationAtHand[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.cfg'));
  return names.sort().map((name) => ({ name, text: readFileSync(`${directory}/${name}`, 'utf8') }));
}

/** conf/, the fixtures of the tests, and the corpus, in this order. */
export function configurationsAtHand(): readonly ConfigurationAtHand[] {
  const own = ['conf', 'test/fixtures/config/ok', 'test/fixtures/config/err'];
  const corpus = corpusDirectory();
  return [
    ...own.flatMap((path) =>
      filesOf(fileURLToPath(new URL(path, project))).map(({ name, text }) => ({ name: `${path}/${name}`, text })),
    ),
    ...(corpus === undefined ? [] : filesOf(corpus).map(({ name, text }) => ({ name: `corpus/${name}`, text }))),
  ];
}
