import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { batchJobOf, firstHolder } from '../../../domain/batch/holder.js';
import type { FaceRecord } from '../../../domain/face-record.js';
import type { Tenant } from '../../../domain/session.js';
import type { BatchUsers, HeldUser } from '../../ports/batch-users.js';
import { createConditionalWrites } from './conditional-writes.js';
import { placeOf } from './facts.js';
import { createFences } from './fences.js';
import { faceRowKey, profileKey } from './keys.js';
import type { Seal } from './seal.js';
import { takeUser } from './take-user.js';
import { readUserRows, toFace } from './user-rows.js';

type Holding = Parameters<BatchUsers['hold']>[1];

/** Users of batch jobs in DynamoDB; see `keys.ts` for the layout. */
export function createBatchUsers(client: DynamoDBClient, table: string, seal: Seal): BatchUsers {
  const { taken, putIf, deleteIf } = createConditionalWrites(client, table);
  const { fence } = createFences(client, table);

  /** As `reserve` of the user table does. A later try of the same chunk takes over from an earlier one. */
  const take = (tenant: Tenant, { subject, userId, holder, faceKey }: Holding) => {
    const key = profileKey(tenant, subject);
    return takeUser({
      take: (condition, values) =>
        taken({
          Key: marshall(key),
          UpdateExpression:
            'SET busy = :holder, busySince = :now, busyKey = :key, createdAt = if_not_exists(createdAt, :now), ' +
            'sealed = if_not_exists(sealed, :sealed) ADD version :one',
          ConditionExpression: `attribute_not_exists(erasing) AND (${condition})`,
          ExpressionAttributeValues: marshall({
            ':holder': holder,
            ':now': Date.now(),
            ':key': faceKey,
            ':sealed': seal.close({ userId }, key.pk),
            ':one': 1,
            ...values,
          }),
        }),
      free: [
        'attribute_not_exists(busy) OR busy BETWEEN :first AND :holder',
        { ':first': firstHolder(holder) },
      ],
      fence: (held) => fence(tenant, subject, held, 'lost'),
    });
  };

  async function readHeld(tenant: Tenant, { subject, faceKey, holder }: Holding): Promise<HeldUser> {
    const { faces } = await readUserRows(client, table, tenant, subject, seal);
    const own = faces.find((face) => face.faceKey === faceKey);
    const active = faces.filter(({ state }) => state === 'active');
    if (!own || !isSpent(own, holder)) return { active, ...(own ? { own } : {}) };
    // What keeps a holder out that was taken for dead, or an erasure that is over. It would keep this photo out for ever, and who
    // holds the user now may. The session as well: another erasure may have put its own there meanwhile.
    await deleteIf(
      faceRowKey(tenant, own),
      {
        ConditionExpression: '#state = :state AND #rank.sessionId = :session',
        ExpressionAttributeNames: { '#state': 'state', '#rank': 'rank' },
      },
      { ':state': own.state, ':session': own.rank.sessionId },
    );
    return { active };
  }

  return {
    async hold(tenant, holding) {
      const held = await take(tenant, holding);
      if (typeof held === 'string') return held;
      return held.before ? readHeld(tenant, holding) : { active: [] };
    },

    async commit(tenant, { subject, faceKey, rank, chunk, generation, face, image }) {
      const faces = { [generation]: face };
      const committed = { subject, faceKey, state: 'active', rank, faces, image, chunk } as const;
      const { image: _, ...open } = committed;
      const key = faceRowKey(tenant, committed);
      const row = {
        ...key,
        ...open,
        sealedImage: seal.close(image, placeOf(key)),
        collection: face.collection,
      };
      const there = await putIf(row, { ConditionExpression: 'attribute_not_exists(pk)' });
      return there ? toFace(there, seal) : committed;
    },
  };
}

/** Of an erasure in the midst of this very job it stays: whoever was erased is not taken up again by what the job had begun. */
function isSpent({ state, fenced, rank }: FaceRecord, holder: string): boolean {
  if (state === 'lost') return true;
  return state === 'erased' && fenced === true && batchJobOf(rank.sessionId) !== batchJobOf(holder);
}
