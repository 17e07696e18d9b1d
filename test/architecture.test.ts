import assert from 'node:assert/strict';
import { rules } from './architecture/rules.js';
import { importsOf, readSources, type Source } from './architecture/sources.js';

type RuleName = keyof typeof rules;

/** A change that a rule must notice: a file, what is in it, and what the rule says of it. */
interface Mutation {
  path: string;
  text: string;
  says: RegExp;
}

/** In pieces, so that this file itself keeps the rule. */
const machinePath = (top: string) => ['', top, 'me', 'idv'].join('/');

const mutations: Record<RuleName, Mutation[]> = {
  everythingHasARoom: [
    { path: 'scratch.ts', text: '', says: /^scratch\.ts: move it into a room/ },
    { path: 'helpers/x.ts', text: '', says: /describe a new one/ },
  ],
  imports: [
    mutation('domain/x.ts', "import { readFile } from 'node:fs';", /must not import node:fs/),
    mutation('domain/x.ts', "import type { z } from 'zod';", /must not import zod/),
    mutation('domain/x.ts', "import type { A } from '../workflows/messages.js';", /workflows\/messages\.ts/),
    mutation('configuration/x.ts', "import { a } from '../domain/shards.js';", /must not import domain/),
    mutation(
      'workflows/x.ts',
      "import { a } from '../configuration/json.js';",
      /must not import configuration/,
    ),
    mutation('workflows/x.ts', "import { a } from '../activities/enrol.js';", /write `import type`/),
    mutation('workflows/x.ts', "import type { T } from '../api/schemas.js';", /move what it needs/),
    mutation('workflows/x.ts', "import { z } from 'zod';", /must not import zod/),
    mutation(
      'activities/x.ts',
      "import { a } from '../workflows/ids.js';",
      /must not import workflows\/ids\.ts/,
    ),
    mutation('activities/aws/x.ts', "import type { A } from '../../temporal.config.js';", /temporal\.config/),
    mutation('local/x.ts', "import type { P } from '../activities/ports.js';", /must not import activities/),
    mutation('local/s3/x.ts', "export * from '../../workflows/failures.js';", /must not import workflows/),
    mutation('local/x.ts', "const a = await import('../api/app.js');", /must not import api\/app\.ts/),
    mutation('api/x.ts', "import { a } from '../activities/ports.js';", /write `import type`/),
    mutation('api/x.ts', "import { a } from '../workflows/session.js';", /write `import type`/),
    mutation('api/x.ts', "import { a } from '../activities/aws/clients.js';", /activities\/aws\/clients\.ts/),
    mutation('api/x.ts', "import '../workers/logger.js';", /must not import workers/),
    mutation('api/x.ts', "import { a } from '../local/twin.js';", /must not import local/),
    mutation(
      'api/server.ts',
      "import { a } from '../activities/enrol.js';",
      /must not import activities\/enrol/,
    ),
    mutation('workers/x.ts', "import { a } from '../api/app.js';", /must not import api/),
    mutation('workers/x.ts', "import {\n  a,\n  b,\n} from '../local/twin.js';", /must not import local/),
    mutation('cli/x.ts', "import { a } from '../test/support/eventually.js';", /must not import test/),
    mutation('temporal.config.ts', "import { a } from './workers/main.js';", /must not import workers\/main/),
    mutation(
      'bench/x.ts',
      "import { a } from '../test/domain/race-model.js';",
      /must not import test\/domain/,
    ),
  ],
  tests: [
    mutation('cli/x.ts', "import type { A } from '../test/support/run.js';", /move what both need/),
    mutation('workers/x.ts', "import { a } from '../bench/login.js';", /imports bench\/login\.ts/),
  ],
  light: [
    mutation(
      'workflows/index.ts',
      "import { z } from 'zod';",
      /^workflows\/index\.ts → zod: use `import type`/,
    ),
    mutation('domain/x.ts', "import { type Readable } from 'node:stream';", /^domain\/x\.ts → node:stream/),
    mutation('domain/x.ts', "export { a } from '../activities/pace.js';\n", /→ activities\/pace\.ts → pino/, [
      { path: 'activities/pace.ts', text: "import { pino } from 'pino';\n" },
    ]),
  ],
  defaultExports: [
    { path: 'api/x.ts', text: 'const a = 1;\nexport default a;\n', says: /^api\/x\.ts:2: export it by name/ },
    { path: 'api/x.ts', text: 'export { a as default };\n', says: /by name/ },
  ],
  enums: [
    { path: 'domain/x.ts', text: '\nexport enum Flow {\n', says: /^domain\/x\.ts:2: write a union/ },
    { path: 'domain/x.ts', text: 'const enum A { B }\n', says: /union/ },
  ],
  temporalClient: [
    {
      path: 'api/routes/x.ts',
      text: 'await client.workflow.start(a, b);\n',
      says: /^api\/routes\/x\.ts:1: add/,
    },
    { path: 'cli/x.ts', text: 'temporalClient.workflow\n  .getHandle(id);\n', says: /api\/flows\.ts/ },
    { path: 'workers/x.ts', text: 'const c = new WorkflowClient();\n', says: /api\/flows\.ts/ },
  ],
  machinePaths: [
    { path: 'README.md', text: `cd ${machinePath('home')}\n`, says: /^README\.md:1: use a relative path/ },
    { path: 'cli/x.ts', text: `const a = '${machinePath('work')}';\n`, says: /^cli\/x\.ts:1/ },
    { path: 'docker/x.yml', text: `- ${machinePath('Users')}:a\n`, says: /tmpdir/ },
  ],
  length: [{ path: 'api/x.ts', text: 'a;\n'.repeat(251), says: /^api\/x\.ts has 251 lines: cut it in two/ }],
  listed: [],
};

function mutation(path: string, text: string, says: RegExp, others: Source[] = []) {
  return { path, text: `${text}\n`, says, others };
}

describe('the architecture', () => {
  const sources = readSources();

  for (const [name, rule] of Object.entries(rules) as [RuleName, (typeof rules)[RuleName]][]) {
    it(`holds: ${rule.name}`, () => assert.deepEqual(rule.broken(sources), []));

    for (const { path, text, says, ...more } of mutations[name]) {
      it(`would notice in ${path}: ${text.trim().slice(0, 70).replaceAll(/\s+/g, ' ')}`, () => {
        const others = 'others' in more ? (more.others as Source[]) : [];
        const replaced = new Set([path, ...others.map((other) => other.path)]);
        const mutated = [
          ...sources.filter((source) => !replaced.has(source.path)),
          { path, text },
          ...others,
        ];
        const said = rule.broken(mutated).filter((line) => !rule.broken(sources).includes(line));
        assert.ok(
          said.some((line) => says.test(line)),
          said.join('\n') || 'nothing was noticed',
        );
      });
    }
  }

  it('is read from real files: every room, and every kind of import', () => {
    const all = sources.flatMap(importsOf);
    for (const room of ['domain', 'workflows', 'activities', 'workers', 'api', 'local', 'cli', 'test'])
      assert.ok(
        all.some(({ from }) => from.startsWith(`${room}/`)),
        room,
      );
    assert.ok(all.some(({ typeOnly, ours }) => typeOnly && ours));
    assert.ok(all.some(({ typeOnly, ours }) => !typeOnly && !ours));
    const paths = new Set(sources.map(({ path }) => path));
    const lost = all.filter(
      ({ from, to, ours }) => ours && to.endsWith('.ts') && !paths.has(to) && !from.startsWith('test/'),
    );
    assert.deepEqual(lost, [], 'imports that lead to no file');
  });

  it('reads imports over several lines, re-exports, calls and types', () => {
    const text = [
      "import a from 'a';",
      "import {\n  b,\n  type B,\n} from './b.js';",
      "import type { C } from '../c.js';",
      "import 'd';",
      "export * from 'e';",
      "export type { F } from 'f';",
      "export { type G } from 'g';",
      "const h = await import('h');",
      "type I = typeof import('i');",
      'export const from = "j";',
      "// import k from 'k';",
    ].join('\n');
    const found = importsOf({ path: 'api/routes/x.ts', text });
    assert.deepEqual(
      found.map(({ to, typeOnly }) => (typeOnly ? `type ${to}` : to)),
      ['a', 'api/routes/b.ts', 'type api/c.ts', 'd', 'e', 'type f', 'g', 'h', 'type i'],
    );
  });
});
