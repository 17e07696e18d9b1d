import { join } from 'node:path';
import { readPorts } from '../../local/ports.js';
import { constantTimeEngine } from '../../local/rekognition/engine/constant-time-engine.js';
import { constantTimeTextEngine } from '../../local/text/constant-time-text.js';
import { startTwin } from '../../local/twin.js';
import { answerParent } from './answer-parent.js';
import { type SyntheticSource, seedSource } from './synthetic-source.js';

/** The twin of a batch bench, `twin.ts <SyntheticSource as JSON>`: faces cost no time, and it counts what arrives. */

/** Calls of one operation in one second. */
export interface Second {
  /** Seconds since the epoch. */
  at: number;
  operation: string;
  calls: number;
  throttled: number;
}

const source = JSON.parse(process.argv[2] ?? '') as SyntheticSource;
const dataDir = process.env.IDV_TWIN_DATA_DIR ?? '';
await seedSource(join(dataDir, 's3'), source);
const { dynamodb, s3, rekognition, textract, twinControl } = readPorts();
const twin = await startTwin({
  dataDir,
  ports: { dynamodb, s3, rekognition, textract, control: twinControl },
  rekognition: { engine: constantTimeEngine() },
  text: constantTimeTextEngine(),
});
twin.faults.update({ logLimit: 0 }); // a log of a million requests is no small part of their cost

const seconds = new Map<string, Second>();
const { around } = twin.faults;
twin.faults.around = async (call, effect) => {
  const at = Math.floor(Date.now() / 1_000);
  const { operation } = call;
  const second = seconds.get(`${at} ${operation}`) ?? { at, operation, calls: 0, throttled: 0 };
  seconds.set(`${at} ${operation}`, second);
  second.calls++;
  try {
    return await around(call, effect);
  } catch (error) {
    if ((error as Error).name === 'ProvisionedThroughputExceededException') second.throttled++;
    throw error;
  }
};

answerParent({
  seconds: () => [...seconds.values()],
  forget: () => {
    seconds.clear();
    return true;
  },
});
process.send?.({ ready: true });
process.once('SIGTERM', () => {
  void twin.close().then(() => process.exit(0));
});
