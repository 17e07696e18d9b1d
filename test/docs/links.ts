import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export function readDocument(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Targets of `[text](target)` outside of code, without those on the web, relative to the repository; with anchors. */
export function linksOf(file: string, text = readDocument(file)): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^(https?|mailto):/.test(target))
    .map((target) =>
      target.startsWith('#') ? `${file}${target}` : relative(root, resolve(root, dirname(file), target)),
    );
}

/** Links that lead nowhere: to a file that is not there, or a heading that is not in it. */
export function brokenLinks(file: string): string[] {
  return linksOf(file).filter((link) => {
    const [path = '', anchor] = link.split('#');
    if (path.startsWith('..') || !existsSync(join(root, path))) return true;
    return anchor !== undefined && !anchorsOf(readDocument(path)).includes(anchor);
  });
}

/** Paths of this repository that are written as `code` and are not there. */
export function brokenPaths(file: string): string[] {
  const named = [...readDocument(file).matchAll(/`((?:\w[\w-]*\/)+[\w.-]*\.\w+)`/g)].map(
    ([, path]) => path ?? '',
  );
  return named.filter(
    (path) => existsSync(join(root, path.split('/')[0] ?? '')) && !existsSync(join(root, path)),
  );
}

/** Anchors of headings as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Cells of the table rows (`| a | b |`) of a document, without headings and rulers. */
export function tableRows(text: string): string[][] {
  const lines = text.split('\n');
  return lines
    .filter((line, at) => line.startsWith('| ') && !isRuler(line) && !isRuler(lines[at + 1] ?? ''))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

function isRuler(line: string): boolean {
  return /^\|( ?:?-+:? ?\|)+$/.test(line);
}
