import { describe, expect, it } from 'vitest';
import type { KeywordTable } from '../../../src/config/dispatch.ts';
import type { KeywordDefinition, SectionKind } from '../../../src/config/keyword.ts';
import { bindTable, globalTable, proxyTable, serverTable } from '../../../src/config/keywords/index.ts';
import { type LoadResult, loadConfigurationText } from '../../../src/config/load.ts';

/** Where an example stands in a configuration: the text around it, and the line it is on. */
interface Stage {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const timeouts = ['timeout client 1s', 'timeout server 1s', 'timeout connect 1s'];
const base = ['defaults base', ...timeouts];
const target = ['backend other', 'server s 127.0.0.1:8001'];

function stage(section: SectionKind, mode: 'tcp' | 'http'): Stage {
  switch (section) {
    case 'global':
      return { before: ['global'], after: [...base, 'listen l', 'bind 127.0.0.1:8000'] };
    case 'defaults':
      return {
        before: ['defaults named', ...timeouts, `mode ${mode}`],
        after: ['listen l from named', 'bind 127.0.0.1:8000', ...target],
      };
    case 'frontend':
      return { before: [...base, 'frontend f from base', `mode ${mode}`, 'bind 127.0.0.1:8000'], after: target };
    case 'listen':
      return { before: [...base, 'listen l from base', `mode ${mode}`, 'bind 127.0.0.1:8000'], after: target };
    default:
      return {
        before: [...base, 'frontend f from base', 'bind 127.0.0.1:8000', 'backend b from base', `mode ${mode}`],
        after: target,
      };
  }
}

const noHost = async () => ({ ok: false as const, code: 'ENOTFOUND' });

async function load(stage: Stage, line: string): Promise<{ result: LoadResult; number: number }> {
  const lines = [...stage.before, line, ...stage.after];
  const result = await loadConfigurationText(`${lines.join('\n')}\n`, 'example.cfg', { env: {}, lookup: noHost });
  return { result, number: stage.before.length + 1 };
}

/** What was said about a line: its own diagnostics, not those about the sections around it. */
function about(result: LoadResult, number: number, severities: readonly string[]): readonly string[] {
  return result.diagnostics
    .filter((each) => each.span?.line === number && severities.includes(each.severity))
    .map((each) => `${each.code}: ${each.message}`);
}

function describeTable<Draft>(
  name: string,
  table: KeywordTable<Draft>,
  place: (definition: KeywordDefinition<Draft>, example: string) => { stage: Stage; line: string },
): void {
  describe(name, () => {
    it('has one definition a name and section', () => {
      const seen = new Set<string>();
      for (const definition of table.definitions) {
        for (const section of definition.sections) {
          const key = `${section}/${definition.name}`;
          expect(seen.has(key), `${key} is defined twice`).toBe(false);
          seen.add(key);
        }
      }
    });
    for (const definition of table.definitions) {
      const notYet = definition.support.kind === 'not-yet';
      for (const example of definition.examples.ok) {
        it(`${notYet ? 'refuses as not supported yet' : 'accepts'}: ${example}`, async () => {
          const { stage, line } = place(definition, example);
          const { result, number } = await load(stage, line);
          const alerts = about(result, number, ['alert']);
          if (notYet) expect(alerts.join('\n')).toMatch(/^not-supported-yet: /);
          else expect(alerts).toEqual([]);
        });
      }
      for (const example of definition.examples.bad) {
        it(`finds fault with: ${example}`, async () => {
          const { stage, line } = place(definition, example);
          const { result, number } = await load(stage, line);
          expect(about(result, number, ['alert', 'warning'])).not.toEqual([]);
        });
      }
    }
  });
}

describe('every definition', () => {
  it('says what it is, where it stands and what its arguments are', () => {
    const all = [globalTable, proxyTable, bindTable, serverTable].flatMap((table) =>
      table.definitions.map(({ name, doc, sections, support, examples, family }) => ({
        name,
        doc,
        sections,
        support,
        examples,
        family,
      })),
    );
    expect(all.length).toBeGreaterThan(400);
    for (const { name, doc, sections, support, examples, family } of all) {
      expect(doc, name).toMatch(/\S.*\.$/);
      expect(sections.length, name).toBeGreaterThan(0);
      expect(examples.ok.length + examples.bad.length, `${name} has no example`).toBeGreaterThan(0);
      if (support.kind === 'no-effect') expect(support.because, name).not.toBe('');
      if (!family) expect(name).toMatch(/^[a-z0-9]\S*( \S+)?$/i);
    }
  });
});

describeTable('global', globalTable, (_definition, line) => ({ stage: stage('global', 'tcp'), line }));

describeTable('proxies', proxyTable, (definition, line) => {
  const section = definition.sections.find((each) => each !== 'defaults') ?? 'defaults';
  return { stage: stage(section, 'tcp'), line };
});

describeTable('bind parameters', bindTable, (_definition, example) => ({
  stage: stage('frontend', 'tcp'),
  line: `bind 127.0.0.1:8002 ${example}`,
}));

describeTable('server parameters', serverTable, (_definition, example) => ({
  stage: stage('backend', 'tcp'),
  line: `server extra 127.0.0.1:8003 ${example}`,
}));
