import { createWriteStream, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { howItEnds, spawnGuarded, stopProcess } from './guarded-process.js';
import type { Running } from './keep-running.js';
import { removePidFile, writePidFile } from './pid-file.js';
import type { Log } from './progress.js';

/** A Node program of the service that runs as a process of its own. */
export interface ServiceProcess {
  name: string;
  /** Arguments of Node: the program and its own arguments. */
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Names the process for the next start, should this one be killed. */
  pidFile: string;
  log: Log;
}

/** pino's number for `error`; `fatal` is above. */
const ERROR_LEVEL = 50;

/** A program that was started. */
export interface RunningService extends Running {
  pid: number;
  /** Resolves when the program says so, by `process.send({ ready: true })`; never, when it does not. */
  ready: Promise<void>;
}

/**
 * Starts the program. What it says goes to its log file; errors that it logs go to `log` as well, in one line each, and
 * so does what it last said in plain text, should it end with a failure.
 */
export async function startServiceProcess(service: ServiceProcess): Promise<RunningService> {
  const { name, args, cwd, env, logFile, pidFile, log } = service;
  mkdirSync(dirname(logFile), { recursive: true });
  const file = createWriteStream(logFile, { flags: 'a' });
  // Loader options of ours (tsx) are needed by the child as well.
  const child = spawnGuarded(process.execPath, [...process.execArgv, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const report = withoutRepetition((line) => log(`${name}: ${line} (more in ${logFile})`));
  const lastWords: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      const record = logRecord(line);
      if (record) {
        if (record.level >= ERROR_LEVEL) report(textOf(record));
      } else if (line.trim() && !/^\s/.test(line)) {
        lastWords.push(line); // without the lines of a stack, which are indented
        lastWords.splice(0, lastWords.length - 5);
      }
    });
  }
  child.once('close', (code) => {
    if (code) for (const line of lastWords) log(`${name}: ${line}`);
  });
  const ended = howItEnds(child).finally(() => {
    file.end();
    removePidFile(pidFile);
  });
  if (child.pid === undefined) throw new Error(`${name} ${await ended}`);
  writePidFile(pidFile, child.pid);
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      if ((message as { ready?: boolean } | null)?.ready) resolve();
    });
  });
  return { pid: child.pid, ended, ready, close: () => stopProcess(child) };
}

/** Makes room for a new log, keeping the last one beside it. */
export function rotateLog(logFile: string): void {
  try {
    renameSync(logFile, logFile.replace(/\.log$/, '.previous.log'));
  } catch {
    // The first start has none.
  }
}

interface LogRecord {
  level: number;
  msg?: string;
  err?: { message?: string };
}

/** `line` as pino writes it; undefined when it is plain text, such as a warning of Node's. */
function logRecord(line: string): LogRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<LogRecord> | null;
    return typeof record?.level === 'number' ? (record as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}

function textOf({ msg, err }: LogRecord): string {
  const parts = [msg, err?.message === msg ? undefined : err?.message];
  return parts.filter(Boolean).join(': ').slice(0, 300);
}

/** Passes the same line on once in ten seconds only: a server that is away makes every poll fail alike. */
function withoutRepetition(log: Log): Log {
  const last = new Map<string, number>();
  return (line) => {
    const now = Date.now();
    if (now - (last.get(line) ?? 0) < 10_000) return;
    if (last.size > 100) last.clear();
    last.set(line, now);
    log(line);
  };
}
