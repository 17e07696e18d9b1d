import { createRequire } from 'node:module';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { recordedProcess } from '../local/pid-file.js';
import { type PortName, readPorts, takenPorts } from '../local/ports.js';
import type { Log } from '../local/progress.js';
import { readWeights } from '../local/rekognition/engine/weights.js';
import { findOnPath, runCommand } from '../local/run-command.js';
import { unreachable } from '../local/tcp.js';
import { CANDIDATES } from '../local/temporal/dev-server-candidates.js';
import { findTimeSkippingServer } from '../local/temporal/time-skipping-server.js';
import { stateDirectory } from './project-root.js';

/** What one look at the machine found. `hinders` means that `npm start` cannot work like this. */
interface Finding {
  state: 'ok' | 'missing' | 'hinders';
  text: string;
}

/** A look at one thing; `topic` heads its line. */
interface Check {
  topic: string;
  look: (env: NodeJS.ProcessEnv) => Promise<Finding>;
}

const CHECKS: readonly Check[] = [
  { topic: 'Node', look: async () => ok(`${process.versions.node} (${process.platform} ${process.arch})`) },
  { topic: 'Packages', look: async () => ok('as package-lock.json names them') }, // bootstrap.mjs has seen to it
  { topic: 'AWS SDK', look: awsSdk },
  { topic: 'Face weights', look: faceWeights },
  { topic: 'Temporal', look: temporal },
  { topic: 'Ports', look: ports },
  { topic: 'Time-skipping server', look: timeSkipping },
  { topic: 'Go', look: tool('go', ['version'], 'builds the Temporal CLI where there is none') },
  { topic: 'Java', look: tool('java', ['-version'], 'runs the time-skipping server of the workflow tests') },
  { topic: 'Maven', look: tool('mvn', ['-v'], 'fetches the time-skipping server and DynamoDB Local') },
  { topic: 'Python', look: tool('python3', ['--version'], 'runs MiniStack in `npm run test:contract`') },
  {
    topic: 'Docker',
    look: tool('docker', ['--version'], 'runs the production-shaped stack of docker-compose.yml'),
  },
];

/** Says what is there and what is missing. Answers whether `npm start` can work; what only tests need does not count. */
export async function doctor(env: NodeJS.ProcessEnv, log: Log): Promise<boolean> {
  const mark = { ok: '✔', missing: '–', hinders: '✗' };
  let canStart = true;
  for (const { topic, look } of CHECKS) {
    const { state, text } = await look(env).catch((error: Error) => hinders(error.message));
    if (state === 'hinders') canStart = false;
    log(`${mark[state]} ${topic.padEnd(22)}${text.replaceAll('\n', `\n${' '.repeat(24)}`)}`);
  }
  log('');
  log(canStart ? '`npm start` can work here.' : '`npm start` cannot work here: mend what ✗ marks.');
  return canStart;
}

function ok(text: string): Finding {
  return { state: 'ok', text };
}

function missing(text: string): Finding {
  return { state: 'missing', text };
}

function hinders(text: string): Finding {
  return { state: 'hinders', text };
}

/** The AWS SDK drops a Node release soon after its end of life, so the pinned version is checked against this Node. */
async function awsSdk(): Promise<Finding> {
  const { version, engines } = createRequire(import.meta.url)('@aws-sdk/client-s3/package.json') as {
    version: string;
    engines: { node: string };
  };
  const oldest = Number(/\d+/.exec(engines.node)?.[0]);
  const text = `client-s3 ${version}, which needs Node ${engines.node}`;
  return Number(process.versions.node.split('.')[0]) >= oldest
    ? ok(text)
    : hinders(`${text}: use a later Node`);
}

async function faceWeights(): Promise<Finding> {
  for (const name of ['detect', 'landmark', 'feature', 'eye'] as const) readWeights(name);
  return ok('present and unchanged (development, tests and demo only)');
}

async function temporal(env: NodeJS.ProcessEnv): Promise<Finding> {
  const reasons: string[] = [];
  for (const { name, cost, find, insists } of CANDIDATES) {
    if (cost !== 'instant') continue;
    const found = await find({ env, log: () => {} });
    if ('kind' in found) return ok(found.from);
    reasons.push(`${name}: ${found.missing}`);
    if (insists?.(env)) return hinders(reasons.join('\n'));
  }
  const blocked = await unreachable('temporal.download:443', 4_000);
  if (!blocked) return ok('none yet; `npm start` downloads it');
  reasons.push(`download: temporal.download ${blocked}`);
  if (findOnPath('go', env))
    return ok('none yet; `npm start` builds it with Go, once, in about five minutes');
  reasons.push(
    'go install: Go is not installed',
    'Install the Temporal CLI (https://docs.temporal.io/cli) or Go.',
  );
  return hinders(reasons.join('\n'));
}

async function ports(env: NodeJS.ProcessEnv): Promise<Finding> {
  const running = recordedProcess(join(stateDirectory(env), 'start.pid'));
  if (running) return ok(`in use by \`npm start\`, which runs as process ${running}`);
  const wanted = readPorts(env);
  const names = (Object.keys(wanted) as PortName[]).filter(
    (name) => !env.TEMPORAL_ADDRESS || !/^temporal/.test(name),
  );
  const taken = await takenPorts(wanted, names);
  return taken.length > 0
    ? hinders(taken.join('\n'))
    : ok(`free: ${names.map((name) => wanted[name]).join(', ')}`);
}

async function timeSkipping(env: NodeJS.ProcessEnv): Promise<Finding> {
  const found = await findTimeSkippingServer({ env, log: () => {} }, { instant: true });
  return 'path' in found ? ok(found.path) : missing('none yet; `npm test` fetches it where it can');
}

/** Looks for a program that is good to have; `use` tells what for. */
function tool(name: string, args: readonly string[], use: string): Check['look'] {
  return async (env) => {
    const path = findOnPath(name, env);
    if (!path) return missing(`${name} is not installed; it ${use}`);
    const { stdout, stderr, problem } = await runCommand(path, args, { env });
    if (problem) return missing(`${path} ${problem}; it ${use}`);
    // Maven colours its first line even in a pipe.
    const [first = ''] = stripVTControlCharacters(stdout || stderr)
      .trim()
      .split('\n');
    return ok(first);
  };
}
