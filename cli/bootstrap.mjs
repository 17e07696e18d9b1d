/**
 * `node cli/bootstrap.mjs <command> …`: what a fresh clone can run with Node and npm alone. It installs what is missing
 * and hands over to cli/main.ts. Plain Node without dependencies, because nothing is installed when it starts.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ON_WINDOWS = process.platform === 'win32';
const EXPECTED_INSTALL_SECONDS = 60;
/** A Ctrl-C reaches us from the terminal and once more from npm; what comes within this time is the same one. */
const SAME_SIGNAL_MS = 300;

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);

async function main() {
  checkNodeVersion();
  if (!isInstalled()) await install();
  const program = ['--import', import.meta.resolve('tsx'), join(ROOT, 'cli', 'main.ts')];
  return run(process.execPath, [...program, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'], // should we be killed, the closed channel tells main.ts
  });
}

function checkNodeVersion() {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  throw new Error(
    `Node ${wanted} or later is needed; this is ${process.versions.node}. Install it from https://nodejs.org (or \`nvm install\`) and try again.`,
  );
}

/** Whether node_modules holds the versions that package-lock.json names; npm's own record of it is compared. */
function isInstalled() {
  try {
    const wanted = readJson('package-lock.json').packages;
    const present = readJson('node_modules/.package-lock.json').packages;
    return Object.entries(wanted).every(
      ([path, { version, optional, link }]) =>
        path === '' || optional || link || present[path]?.version === version,
    );
  } catch {
    return false;
  }
}

async function install() {
  const started = Date.now();
  const elapsed = () => Math.round((Date.now() - started) / 1000);
  const phase = 'Installing the packages (npm ci)';
  console.log(`${phase} (expected: about ${EXPECTED_INSTALL_SECONDS} s)`);
  const timer = setInterval(
    () => console.log(`${phase}: ${elapsed()} s elapsed, about ${EXPECTED_INSTALL_SECONDS} s expected`),
    5_000,
  );
  // Development packages too, whatever NODE_ENV says: the embedded stack is made of them.
  const npm = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run('npm', npm, { cwd: ROOT, shell: ON_WINDOWS }).finally(() => clearInterval(timer));
  if (code !== 0) {
    throw new Error(
      `npm ci ended with code ${code}; what it said is above. Check that npm can reach its registry, then try again.`,
    );
  }
  console.log(`${phase}: done in ${elapsed()} s`);
}

/**
 * Runs a command to its end and answers its exit code. It has a process group of its own, so that a Ctrl-C in the
 * terminal reaches it exactly once: through us.
 */
function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options, detached: !ON_WINDOWS });
  const stopRelay = relaySignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : code));
  }).finally(stopRelay);
}

function relaySignals(child) {
  let last = 0;
  const relay = (signal) => {
    if (Date.now() - last < SAME_SIGNAL_MS) return;
    last = Date.now();
    child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, relay);
  // npm that was killed passes nothing on: its end is seen by a change among our ancestors.
  const started = ancestors();
  const underNpm = process.env.npm_lifecycle_event !== undefined && !ON_WINDOWS;
  const look = () => {
    if (ancestors() === started) return;
    clearInterval(watch);
    relay('SIGTERM');
  };
  const watch = underNpm ? setInterval(look, 1_000) : undefined;
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, relay);
  };
}

/** Our parent and, where /proc tells, its parent: npm runs us through a shell, which may stay when npm goes. */
function ancestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[2]}`;
  } catch {
    return `${process.ppid}`;
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}
