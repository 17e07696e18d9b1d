import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const STATIC = /^(?:import|export)\s(?!type\b)[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm;
const DYNAMIC = /\bimport\('([^']+)'\)/g;

export interface ImportGraph {
  /** Files of ours, relative to the repository. */
  files: Set<string>;
  /** Names of packages, without `node:` modules. */
  packages: Set<string>;
}

/**
 * What is loaded when `entries` start: their imports and those of what they import, type-only ones left out.
 * @param options.dynamic files whose `import()` is followed too
 */
export function importGraph(
  entries: readonly string[],
  options: { dynamic?: readonly string[] } = {},
): ImportGraph {
  const graph: ImportGraph = { files: new Set(), packages: new Set() };
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (graph.files.has(file)) continue;
    graph.files.add(file);
    const source = readFileSync(join(root, file), 'utf8');
    const patterns = options.dynamic?.includes(file) ? [STATIC, DYNAMIC] : [STATIC];
    for (const pattern of patterns) {
      for (const [, from, bare] of source.matchAll(pattern)) {
        const specifier = from ?? bare ?? '';
        if (specifier.startsWith('.')) open.push(...sourceOf(file, specifier));
        else if (!specifier.startsWith('node:')) graph.packages.add(packageName(specifier));
      }
    }
  }
  return graph;
}

/** `./x.js` is written, `./x.ts` is what is there. A path to something that is no module of ours is left out. */
function sourceOf(from: string, specifier: string): string[] {
  const path = resolve(root, dirname(from), specifier.replace(/\.js$/, '.ts'));
  return path.endsWith('.ts') && existsSync(path) ? [relative(root, path)] : [];
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
