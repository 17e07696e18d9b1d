import { mayImport, roomOf } from './rooms.js';
import { importsOf, isCode, type Source } from './sources.js';

/** Something that holds for the whole repository. */
export interface Rule {
  name: string;
  /** One line for each place where it does not hold, saying what to do. */
  broken: (sources: readonly Source[]) => string[];
}

const shipped = ({ path }: Source) => !/^(test|bench)\//.test(path);
const code = (sources: readonly Source[]) => sources.filter(isCode);

const everythingHasARoom: Rule = {
  name: 'every code file is in a room',
  broken: (sources) =>
    code(sources)
      .filter(({ path }) => roomOf(path) === undefined)
      .map(({ path }) => `${path}: move it into a room, or describe a new one in test/architecture/rooms.ts`),
};

const imports: Rule = {
  name: 'rooms import only what they may',
  broken: (sources) =>
    code(sources)
      .flatMap(importsOf)
      .filter((each) => !mayImport(each))
      .map(({ from, to }) => {
        const mended = mayImport({ from, to, ours: true, typeOnly: true });
        const advice = mended
          ? 'write `import type`'
          : 'move what it needs to domain/, hand it in as an argument, or see test/architecture/rooms.ts';
        return `${from} must not import ${to}: ${advice}`;
      }),
};

const tests: Rule = {
  name: 'nothing shipped imports a test or a benchmark',
  broken: (sources) =>
    code(sources)
      .filter(shipped)
      .flatMap(importsOf)
      .filter(({ to, ours }) => ours && /^(test|bench)\//.test(to))
      .map(({ from, to }) => `${from} imports ${to}: move what both need out of there`),
};

/** What workflow code may have in memory at run time; each cached workflow has a copy of its own. */
const LIGHT = new Set(['@temporalio/workflow', '@temporalio/common']);

const light: Rule = {
  name: 'workflows and domain reach no package at run time but Temporal’s',
  broken(sources) {
    const files = new Map(code(sources).map((source) => [source.path, source]));
    const starts = [...files.keys()].filter(
      (path) => path.startsWith('domain/') || path === 'workflows/index.ts',
    );
    const ways = new Map(starts.map((path) => [path, path]));
    const found: string[] = [];
    for (const [path, way] of ways) {
      const source = files.get(path);
      for (const { to, ours, typeOnly } of source ? importsOf(source) : []) {
        if (typeOnly || LIGHT.has(to) || ways.has(to)) continue;
        if (ours) ways.set(to, `${way} → ${to}`);
        else found.push(`${way} → ${to}: use \`import type\`, or do it in an activity`);
      }
    }
    return found;
  },
};

function lines(name: string, pattern: RegExp, advice: string, applies: (source: Source) => boolean): Rule {
  return {
    name,
    broken: (sources) =>
      sources
        .filter(applies)
        .flatMap(({ path, text }) =>
          text
            .split('\n')
            .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${advice}`] : [])),
        ),
  };
}

const defaultExports = lines(
  'no default exports',
  /^\s*export\s+(default\b|\{[^}]*\bas default\b)|^\s*module\.exports\b/,
  'export it by name',
  isCode,
);

const enums = lines(
  'no enums',
  /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w+\s*\{/,
  'write a union of strings, or an object `as const`',
  isCode,
);

const temporalClient = lines(
  'only api/flows.ts and what is in api/flows/ talk to workflows',
  /client\s*\??\.workflow\b|new WorkflowClient\b/i,
  'add a function to api/flows.ts and call that',
  (source) => isCode(source) && shipped(source) && !/^api\/flows[/.]/.test(source.path),
);

// Inside of container images the homes of their users are no machine's.
const machinePaths = lines(
  'no file outside docs/ names a path of somebody’s machine',
  /(?<![\w.:/-])(\/(work\/|home\/(?!temporal\/|node\/)|Users\/|root\/)[\w.-]|[A-Z]:\\Users\\)/,
  'use a relative path, os.tmpdir() or os.homedir()',
  ({ path }) => !path.startsWith('docs/') && path !== 'package-lock.json',
);

/** Files that are better read as one, and the most lines each may have: lists of cases, one after the other. */
const LONG: Readonly<Record<string, number>> = {
  'test/api/policies.test.ts': 270,
  'test/contract/dynamodb-items.ts': 280,
  'test/contract/s3-objects.ts': 270,
  'test/local/rekognition/contract/faces.test.ts': 270,
  'test/local/rekognition/contract/images.test.ts': 360,
  'test/local/sigv4.test.ts': 310,
};

/** From here on a file is looked at hard. */
const MOST_LINES = 250;

const linesOf = ({ text }: Source) => text.replace(/\n$/, '').split('\n').length;

const length: Rule = {
  name: `no code file has more than ${MOST_LINES} lines, unless listed`,
  broken: (sources) =>
    code(sources).flatMap((source) => {
      const [count, most] = [linesOf(source), LONG[source.path] ?? MOST_LINES];
      return count > most
        ? [`${source.path} has ${count} lines: cut it in two, or list it in test/architecture/rules.ts`]
        : [];
    }),
};

const listed: Rule = {
  name: 'the list of long files has no entry that is not needed',
  broken: (sources) =>
    Object.keys(LONG)
      .filter((path) => {
        const source = sources.find((each) => each.path === path);
        return !source || linesOf(source) <= MOST_LINES;
      })
      .map((path) => `${path} is short or gone: take it off the list in test/architecture/rules.ts`),
};

export const rules = {
  everythingHasARoom,
  imports,
  tests,
  light,
  defaultExports,
  enums,
  temporalClient,
  machinePaths,
  length,
  listed,
};
