import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runCommand } from '../run-command.js';

/** A server as the SDKs download it: the name of the artifact and the release that is known to work here. */
export interface Artifact {
  name: 'cli' | 'temporal-test-server';
  version: string;
}

/** Options of {@link downloadServer}; times in milliseconds. */
export interface DownloadOptions {
  signal?: AbortSignal | undefined;
  /** How long the service may take to say where the archive is: short, because something else is tried next. */
  answerWithin?: number;
  /** The service that the SDKs ask; tests put their own here. */
  service?: string;
}

const ARCHIVE_WITHIN_MS = 300_000;

/**
 * Downloads `artifact` to `destination` from the service that Temporal's SDKs use for their ephemeral servers
 * (`GET /<artifact>/<version>?arch=&platform=` answers `{ archiveUrl, fileToExtract }`).
 * Throws when the service does not answer in time, refuses, or the archive cannot be unpacked.
 */
export async function downloadServer(
  artifact: Artifact,
  destination: string,
  options: DownloadOptions = {},
): Promise<void> {
  const { answerWithin = 4_000, service = 'https://temporal.download' } = options;
  const url = new URL(`/${artifact.name}/${artifact.version}`, service);
  url.searchParams.set('arch', process.arch === 'x64' ? 'amd64' : process.arch);
  url.searchParams.set('platform', process.platform === 'win32' ? 'windows' : process.platform);

  const answer = await get(url.href, answerWithin, options.signal);
  const { archiveUrl, fileToExtract } = (await answer.json()) as Record<string, string | undefined>;
  if (!archiveUrl || !fileToExtract) throw new Error(`${url.href} did not say where the archive is`);

  await mkdir(dirname(destination), { recursive: true });
  const workspace = await mkdtemp(join(dirname(destination), 'download-'));
  try {
    const archive = join(workspace, 'archive');
    const { body } = await get(archiveUrl, ARCHIVE_WITHIN_MS, options.signal);
    if (!body) throw new Error(`${archiveUrl} is empty`);
    await pipeline(Readable.fromWeb(body), createWriteStream(archive));
    // tar tells gzip by itself, and the one of Windows and macOS (bsdtar) unpacks zip as well.
    const { problem } = await runCommand('tar', ['-xf', archive, '-C', workspace], { timeout: 60_000 });
    if (problem) throw new Error(`tar ${problem}`);
    await chmod(join(workspace, fileToExtract), 0o755);
    await rename(join(workspace, fileToExtract), destination);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

async function get(url: string, within: number, signal: AbortSignal | undefined): Promise<Response> {
  const limit = AbortSignal.timeout(within);
  const response = await fetch(url, { signal: signal ? AbortSignal.any([limit, signal]) : limit }).catch(
    (error) => {
      throw new Error(`${new URL(url).host} cannot be reached (${reasonOf(error)})`);
    },
  );
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
  return response;
}

function reasonOf(error: Error & { cause?: { code?: string } }): string {
  if (error.name === 'TimeoutError') return 'no answer in time';
  return error.cause?.code ?? error.message;
}
