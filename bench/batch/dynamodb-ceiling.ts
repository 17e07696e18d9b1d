import { randomBytes } from 'node:crypto';
import { createPorts } from '../../activities/aws/create-ports.js';
import { fieldKeys } from '../../activities/aws/field-keys.js';
import { pseudonymKey } from '../../activities/aws/pseudonym-key.js';
import { base32 } from '../../domain/base32.js';
import type { ItemOutcome } from '../../domain/batch/item.js';
import { type Figure, round } from '../support/report.js';
import { type BatchStack, tenant } from './stack.js';

const AT_ONCE = 64;
const ROWS = 25;

/**
 * What the local DynamoDB takes: the writes that a batch job makes of an item, and nothing else, from one process that has a
 * core to itself. No batch job on this machine can be faster.
 */
export async function dynamodbCeiling(stack: BatchStack, items: number): Promise<Figure[]> {
  const ports = createPorts(stack.settings, fieldKeys(), pseudonymKey());
  const jobId = 'bj_ceiling';
  const claim = await ports.batches.claim(tenant, jobId, 0);
  const before = { twin: (await stack.twin.usage()).cpu, at: performance.now() };
  const left = Array.from({ length: items }, (_, n) => n).values();
  const outcomes: ItemOutcome[] = [];
  const id = () => base32(randomBytes(16));
  const lane = async () => {
    for (const n of left) {
      const [subject, faceKey] = [id(), id()];
      const face = { faceId: id(), collection: 'bench', faceModelVersion: '7.0' };
      const holding = { subject, userId: `ceiling-${n}`, holder: jobId, faceKey };
      await ports.batchUsers.hold(tenant, holding);
      const image = { bucket: 'bench', key: `ceiling/${n}.jpg` };
      const rank = { startedAt: Date.now(), sessionId: jobId };
      await ports.batchUsers.commit(tenant, {
        subject,
        faceKey,
        rank,
        chunk: 0,
        generation: '1',
        face,
        image,
      });
      const uri = `s3://bench/${image.key}`;
      outcomes.push({
        itemId: faceKey,
        chunk: 0,
        status: 'indexed',
        uri,
        userId: holding.userId,
        subject,
        face,
        at: 0,
      });
      if (outcomes.length >= ROWS) await ports.batches.record(tenant, jobId, claim, outcomes.splice(0, ROWS));
      await ports.users.settle(tenant, subject, jobId);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const seconds = (performance.now() - before.at) / 1_000;
  const cpu = ((await stack.twin.usage()).cpu - before.twin) / items;
  ports.destroy();
  return [
    { name: 'the local DynamoDB alone: items', value: round(items / seconds), unit: '/s' },
    { name: 'the local DynamoDB alone: CPU of the twin', value: round(cpu, 2), unit: 'ms an item' },
  ];
}
