import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The twin in a process of its own. */
export interface TwinProcess {
  endpoints: Record<'dynamodb' | 's3' | 'rekognition' | 'textract' | 'control', string>;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Ends it with the signal and waits until it is gone; gives its exit code. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

const CREDENTIALS = { accessKeyId: 'AKIDCHILD', secretAccessKey: 'secret-of-the-child' };

/** Starts twin-main on free ports. Throws with what it said when it ends before it is ready. */
export async function startTwinProcess(dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<TwinProcess> {
  const entry = new URL('../../local/twin-main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', entry], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      IDV_DYNAMODB_PORT: '0',
      IDV_S3_PORT: '0',
      IDV_REKOGNITION_PORT: '0',
      IDV_TEXTRACT_PORT: '0',
      IDV_TWIN_CONTROL_PORT: '0',
      IDV_TWIN_DATA_DIR: dataDir,
      IDV_TWIN_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      IDV_TWIN_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      ...env,
    },
  });
  const { endpoints } = await firstLine(child);
  return {
    endpoints,
    credentials: CREDENTIALS,
    async end(signal) {
      const ended = once(child, 'exit');
      child.kill(signal);
      return (await ended)[0];
    },
  };
}

async function firstLine(child: ChildProcess): Promise<{ endpoints: TwinProcess['endpoints'] }> {
  let complaint = '';
  child.stderr?.on('data', (text) => {
    complaint += text;
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`The twin ended with code ${code}: ${complaint.trim()}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) =>
      resolve(JSON.parse(line)),
    );
  });
}
