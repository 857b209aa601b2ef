/** Turns the stage into pictures, and remembers what has happened on it. */
import { basename, relative, sep } from 'node:path';
import { invitations, type Places } from './invitations.ts';
import type { Picture } from './picture.ts';
import type { Stage } from './stage.ts';
import { type Happening, Storyteller } from './story.ts';

/** How many happenings are remembered. */
const MEMORY = 100;

/** How whoever reads the output calls hapax, from the path of the program that runs. */
export function commandName(path: string, directory = process.cwd()): string {
  if (basename(path) !== 'main.js') return path.includes(`.bin${sep}`) ? 'npx hapax' : 'hapax';
  const near = relative(directory, path);
  return `node ${near.startsWith('..') ? path : near}`;
}

export class Chronicle {
  readonly #stage: Stage;
  readonly #limit: number | undefined;
  readonly #start = performance.now();
  readonly #places: Places;
  readonly #storyteller = new Storyteller();
  #happenings: readonly Happening[] = [];

  /** `limit` is for the picture alone, ms. */
  constructor(stage: Stage, limit: number | undefined) {
    this.#stage = stage;
    this.#limit = limit;
    this.#places = {
      address: `127.0.0.1:${stage.port}`,
      page: `http://127.0.0.1:${stage.pagePort}/`,
      socket: stage.socket,
      ca: stage.ca,
      configuration: stage.configurationPath,
      hapax: commandName(process.argv[1] ?? 'hapax'),
    };
  }

  /** How things stand, with everything that has changed since the last look told. */
  look(): Picture {
    const servers = this.#stage.servers();
    const news = this.#storyteller.tell(servers, new Date());
    if (news.length > 0) this.#happenings = [...this.#happenings, ...news].slice(-MEMORY);
    return {
      places: this.#places,
      invitations: invitations(this.#places, servers[0]?.name ?? ''),
      servers,
      happenings: this.#happenings,
      answered: this.#stage.answered,
      failed: this.#stage.failed,
      elapsed: performance.now() - this.#start,
      limit: this.#limit,
    };
  }
}
