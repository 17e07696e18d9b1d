import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isPortFree } from './tcp.js';

/** A port of the embedded stack, always on the loopback interface. */
interface Port {
  /** The environment variable that changes it. */
  variable: string;
  fallback: number;
  /** Who listens there, for messages. */
  owner: string;
}

/** Every port that `npm start` opens. The only list of them: messages, doctor and documentation follow it. */
export const PORTS = {
  api: { variable: 'IDV_API_PORT', fallback: 3000, owner: 'the API' },
  codec: { variable: 'IDV_CODEC_PORT', fallback: 3001, owner: 'the codec endpoint of Temporal UI' },
  temporal: { variable: 'IDV_TEMPORAL_PORT', fallback: 7233, owner: 'the Temporal server' },
  temporalUi: { variable: 'IDV_TEMPORAL_UI_PORT', fallback: 8233, owner: 'Temporal UI' },
  dynamodb: { variable: 'IDV_DYNAMODB_PORT', fallback: 4701, owner: "the twin's DynamoDB" },
  s3: { variable: 'IDV_S3_PORT', fallback: 4702, owner: "the twin's S3" },
  rekognition: { variable: 'IDV_REKOGNITION_PORT', fallback: 4703, owner: "the twin's Rekognition" },
  textract: { variable: 'IDV_TEXTRACT_PORT', fallback: 4705, owner: "the twin's Textract" },
  twinControl: { variable: 'IDV_TWIN_CONTROL_PORT', fallback: 4704, owner: "the twin's control port" },
} as const satisfies Record<string, Port>;

/** The name of a port of the stack. */
export type PortName = keyof typeof PORTS;

/** A number for each port of the stack. */
export type Ports = Readonly<Record<PortName, number>>;

/** The ports that `env` asks for. Throws, naming the variable, when one is no port number or two are the same. */
export function readPorts(env: NodeJS.ProcessEnv = process.env): Ports {
  const names = Object.keys(PORTS) as PortName[];
  const ports = Object.fromEntries(names.map((name) => [name, readPort(PORTS[name], env)])) as Ports;
  for (const [index, name] of names.entries()) {
    const other = names.slice(0, index).find((earlier) => ports[earlier] === ports[name]);
    if (other) {
      const variables = `${PORTS[other].variable} and ${PORTS[name].variable}`;
      throw new Error(`${variables} are both ${ports[name]}; give them different ports.`);
    }
  }
  return ports;
}

function readPort({ variable, fallback }: Port, env: NodeJS.ProcessEnv): number {
  const text = env[variable];
  if (!text) return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error(`${variable} is "${text}", which is no port number (1 to 65535).`);
}

/** What stands in the way of the ports `names`, one line for each that is taken: who may hold it and what to set. */
export async function takenPorts(ports: Ports, names = Object.keys(PORTS) as PortName[]): Promise<string[]> {
  const problems = await Promise.all(
    names.map(async (name) => {
      if (await isPortFree(ports[name])) return [];
      const { owner, variable } = PORTS[name];
      const holder = holderOf(ports[name]) ?? 'perhaps another `npm start` or a server of yours';
      return [
        `Port ${ports[name]} for ${owner} is taken (${holder}). Stop it, or set ${variable} to another port.`,
      ];
    }),
  );
  return problems.flat();
}

/** Which process listens on `port`, where Linux lets us see it; undefined otherwise. */
function holderOf(port: number): string | undefined {
  try {
    const socket = `socket:[${listeningInode(port)}]`;
    const pid = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && opens(entry, socket));
    if (!pid) return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return `held by process ${pid}: ${command.slice(0, 80)}`;
  } catch {
    return undefined;
  }
}

function opens(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => leadsTo(`/proc/${pid}/fd/${fd}`, socket));
  } catch {
    return false; // another user's process, or one that has just ended
  }
}

function leadsTo(link: string, target: string): boolean {
  try {
    return readlinkSync(link) === target;
  } catch {
    return false; // closed since it was listed, as the descriptor is that our own listing was read through
  }
}

/** The inode of the socket that listens on `port`, from the tables of proc(5): state 0A is LISTEN. */
function listeningInode(port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((table) => readFileSync(table, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .find(([, local, , state]) => local?.endsWith(suffix) && state === '0A')?.[9];
}
