import { basename, resolve } from 'node:path';
import { awsSettings } from '../../activities/aws/settings.js';
import type { Environment } from '../../configuration/environment.js';
import { parseKeyTemplate } from '../../domain/batch/key-template.js';
import { importsPrefix } from '../../domain/photo-keys.js';
import { fitOf, guessTemplate, literally, type TemplateFit } from './guess-template.js';
import { importBucket } from './import-bucket.js';
import { type ImportListener, type ImportResult, importFolder } from './import-folder.js';
import { importProgress } from './import-progress.js';
import { type ProgressOutput, progressOutput, type Terminal } from './progress-output.js';
import { quoted, sayBytes, sayMany, sayText } from './say.js';
import { type TenantFlags, tenantOfKey } from './tenant-of-key.js';

/** Options of `idv batch import`. */
export interface ImportFlags extends TenantFlags {
  /** Of the folder in the bucket. */
  name?: string;
  /** A template of paths in the folder, that says whose photo each is. */
  userId?: string;
  atOnce: number;
  json?: boolean;
}

/** Where the report goes, and where progress. */
export interface ImportOutput {
  print: (line: string) => void;
  terminal: Terminal;
}

/**
 * `idv batch import`: uploads a folder to where batch jobs may read it, and says how to go on.
 * @returns the exit code: 1 when something was left out that somebody may miss, 130 when it was broken off
 */
export async function importPhotos(
  folder: string,
  flags: ImportFlags,
  environment: Environment,
  { print, terminal }: ImportOutput,
  signal: AbortSignal,
): Promise<number> {
  const prefix = `${importsPrefix(tenantOfKey(flags, environment))}${nameOf(folder, flags)}/`;
  if (flags.userId !== undefined) parseKeyTemplate(`${prefix}${flags.userId}`); // before hours of uploading
  const to = importBucket(awsSettings(environment), flags.atOnce);
  const output = progressOutput(terminal);
  const began = performance.now();
  const listener = listenerFor(output, began);
  let result: ImportResult;
  try {
    result = await importFolder(folder, { to, prefix, atOnce: flags.atOnce }, listener, signal);
  } finally {
    output.end();
    to.destroy();
  }
  const place = `s3://${to.bucket}/${prefix}`;
  if (flags.json) print(JSON.stringify(report(place, result, flags.userId, prefix), undefined, 2));
  else for (const line of summary(place, result, flags.userId, prefix)) print(line);
  if (result.stopped) return 130;
  return result.incomplete || result.keys.length === 0 ? 1 : 0;
}

function nameOf(folder: string, { name }: ImportFlags): string {
  if (name !== undefined && !/^[^/{}*\p{Cc}]{1,200}$/u.test(name))
    throw new Error('--name: 1 to 200 characters, without "/", "*", "{" and "}".');
  // Those mean something in the templates that find user ids.
  return name ?? (basename(resolve(folder)).replaceAll(/[{}*\p{Cc}]/gu, '-') || 'photos');
}

function listenerFor(output: ProgressOutput, began: number): ImportListener {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    leftOut: ({ key, because }) => output.note(`left out: ${sayText(key)}: ${because}`),
    progress(state) {
      const now = performance.now();
      const done = state.uploaded.files + state.there.files === state.files;
      if (now - shownAt < 100 && !done) return;
      shownAt = now;
      output.show(importProgress(state, now - began));
    },
  };
}

function templateOf(result: ImportResult, userId: string | undefined, prefix: string): TemplateFit {
  return fitOf(
    userId === undefined ? guessTemplate(prefix, result.keys) : `${literally(prefix)}${userId}`,
    result.keys,
  );
}

function report(place: string, result: ImportResult, userId: string | undefined, prefix: string): object {
  const { keys, uploaded, there, leftOut, stopped } = result;
  const { template, users, misfits } = templateOf(result, userId, prefix);
  return {
    source: place,
    photos: keys.length,
    uploaded: uploaded.files,
    uploaded_bytes: uploaded.bytes,
    already_there: there.files,
    left_out: leftOut,
    stopped,
    user_id: template,
    users,
    not_matched: misfits,
  };
}

function summary(place: string, result: ImportResult, userId: string | undefined, prefix: string): string[] {
  const { keys, uploaded, there, leftOut, stopped } = result;
  const lines = [
    `${sayMany(keys.length, 'file')} in ${sayText(place)}: ${sayMany(uploaded.files, 'file')} uploaded (${sayBytes(uploaded.bytes)}), ${sayMany(there.files, 'file')} there already${leftOut > 0 ? `, ${leftOut} left out` : ''}`,
  ];
  if (stopped) return [...lines, 'Stopped. Run the same command again: it goes on where it was.'];
  if (keys.length === 0) return [...lines, 'There is nothing to index.'];
  const fit = templateOf(result, userId, prefix);
  const whose =
    userId === undefined ? 'Whose photo each is was guessed: look at --user-id' : 'Users by --user-id';
  return [
    ...lines,
    `${whose}. ${sayMany(fit.users, 'user')}, ${sayMany(fit.misfits, 'file')} that would be rejected${fit.example === undefined ? '' : `, such as ${sayText(fit.example)}`}`,
    'Next:',
    `  idv batch plan ${quoted(place)} --user-id ${quoted(fit.template)}`,
    `  idv batch start ${quoted(place)} --user-id ${quoted(fit.template)} --follow`,
  ];
}
