import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Source {
  /** Relative to the repository, with `/`. */
  path: string;
  text: string;
}

export interface Import {
  from: string;
  /** `domain/status.ts` for a file of ours, else the name as written: `zod`, `node:fs`. */
  to: string;
  ours: boolean;
  /** Gone at run time: `import type` and `export type` only, since verbatimModuleSyntax keeps every other import. */
  typeOnly: boolean;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.idv']);
const TEXT =
  /(\.(ts|js|mjs|cjs|json|yml|yaml|md|html|css|sh|txt|toml|conf)|\/?(Dockerfile|\.[a-z]+rc|\.gitignore))$/;

/** Every text file of the repository. */
export function readSources(root = ROOT): Source[] {
  return readdirSync(root, { withFileTypes: true }).flatMap((entry): Source[] => {
    if (NOT_OURS.has(entry.name) || entry.isSymbolicLink()) return [];
    if (entry.isDirectory()) {
      const below = readSources(join(root, entry.name));
      return below.map(({ path, text }) => ({ path: `${entry.name}/${path}`, text }));
    }
    return TEXT.test(entry.name)
      ? [{ path: entry.name, text: readFileSync(join(root, entry.name), 'utf8') }]
      : [];
  });
}

export const isCode = ({ path }: Source) => /\.(ts|mjs)$/.test(path);

const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?from\s*)?['"]([^'"]+)['"]/gm;
const CALL = /(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]/g;

/** What a file imports, by statement, by re-export and by `import(…)`. */
export function importsOf({ path, text }: Source): Import[] {
  return [...text.matchAll(STATEMENT), ...text.matchAll(CALL)].map(([, typeOnly, name = '']) => {
    const ours = name.startsWith('.');
    const to = ours ? posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts') : name;
    return { from: path, to, ours, typeOnly: typeOnly !== undefined };
  });
}
