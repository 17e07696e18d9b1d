import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { listsFace, type Rank } from '../../../domain/face-record.js';
import type { User, UserTable } from '../../ports/user-table.js';
import { countAttempt, forgetAttempts } from './attempts.js';
import { userItemKey } from './batch-keys.js';
import { putRows } from './batch-write.js';
import { createConditionalWrites } from './conditional-writes.js';
import { faceRowKey, profileKey } from './keys.js';
import { createReservations } from './reservations.js';
import type { Seal } from './seal.js';
import { readFaceRows, readUserRows, toFace } from './user-rows.js';

const SAME_RANK = '#rank.startedAt = :started AND #rank.sessionId = :session';

/** Users and their faces in DynamoDB; see `keys.ts` for the layout. */
export function createUserTable(client: DynamoDBClient, table: string, seal: Seal): UserTable {
  const { refusedBy, putIf, deleteIf } = createConditionalWrites(client, table);

  return {
    ...createReservations(client, table, seal),

    async read(tenant, subject) {
      let { profile, faces } = await readUserRows(client, table, tenant, subject, seal);
      // A query is no snapshot: while one face replaces another, each may be read at the moment when it does not count.
      const states = new Set(faces.map(({ state }) => state));
      if (states.has('replaced') && !states.has('active'))
        ({ profile, faces } = await readUserRows(client, table, tenant, subject, seal));
      // What keeps a batch job out for a while after an erasure is nobody.
      if (!profile && faces.every(({ state, fenced }) => fenced && state === 'erased')) return undefined;
      const { pk } = profileKey(tenant, subject);
      const person = profile?.sealed
        ? (seal.open(profile.sealed as Uint8Array, pk) as Pick<User, 'userId' | 'profile'>)
        : {};
      return {
        subject,
        faces,
        ...person,
        ...(profile?.busy ? { busy: String(profile.busy) } : {}),
        ...(profile?.createdAt ? { createdAt: Number(profile.createdAt) } : {}),
      };
    },

    readFaces: (tenant, keys) => readFaceRows(client, table, tenant, keys, seal),

    async placeFace(tenant, face) {
      const key = faceRowKey(tenant, face);
      const { subject, faceKey, rank, collection, image } = face;
      const row = { ...key, subject, faceKey, state: 'tentative', rank, collection, faces: {}, image };
      const placed = await putIf(row, { ConditionExpression: 'attribute_not_exists(pk)' });
      if (!placed) return face;
      // One without a collection keeps this session from committing (`fences.ts`): it goes on to where it is refused.
      return {
        ...face,
        rank: placed.rank as Rank,
        collection: placed.collection === undefined ? face.collection : String(placed.collection),
      };
    },

    async commitFace(tenant, { subject, faceKey, rank, generation, face, image }) {
      const refused = await refusedBy({
        Key: marshall(faceRowKey(tenant, { subject, faceKey })),
        UpdateExpression: 'SET #state = :active, faces = :faces, image = :image',
        // The rank as well: a late write of an earlier attempt must not hit the row of the next.
        ConditionExpression: `#state = :tentative AND ${SAME_RANK}`,
        ExpressionAttributeNames: { '#state': 'state', '#rank': 'rank' },
        ExpressionAttributeValues: marshall({
          ':active': 'active',
          ':tentative': 'tentative',
          ':faces': { [generation]: face },
          ':image': image,
          ':started': rank.startedAt,
          ':session': rank.sessionId,
        }),
      });
      if (!refused) return true;
      return refused.state === 'active' && listsFace(toFace(refused), face.faceId);
    },

    async displaceFace(tenant, { rank, ...key }) {
      const refused = await refusedBy({
        Key: marshall(faceRowKey(tenant, key)),
        UpdateExpression: 'SET #state = :lost',
        ConditionExpression: `#state = :tentative AND ${SAME_RANK}`,
        ExpressionAttributeNames: { '#state': 'state', '#rank': 'rank' },
        ExpressionAttributeValues: marshall({
          ':lost': 'lost',
          ':tentative': 'tentative',
          ':started': rank.startedAt,
          ':session': rank.sessionId,
        }),
      });
      return refused === undefined;
    },

    async replaceFace(tenant, key) {
      await refusedBy({
        Key: marshall(faceRowKey(tenant, key)),
        UpdateExpression: 'SET #state = :replaced REMOVE image, sealedImage',
        ConditionExpression: '#state = :active',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: marshall({ ':replaced': 'replaced', ':active': 'active' }),
      });
    },

    async withdrawFace(tenant, key, sessionId, isGiven = false) {
      const [row] = isGiven ? [] : await readFaceRows(client, table, tenant, [key]);
      // It leads to what a ledger has of the user: that is still to be found.
      if (row?.chunk !== undefined && row.rank.sessionId === sessionId) {
        const item = { chunk: row.chunk, itemId: row.faceKey };
        await putRows(client, table, [userItemKey(tenant, row.subject, sessionId, item)]);
      }
      const own = {
        ConditionExpression: '#rank.sessionId = :session',
        ExpressionAttributeNames: { '#rank': 'rank' },
      };
      await deleteIf(faceRowKey(tenant, key), own, { ':session': sessionId });
    },

    countAttempt: (tenant, subject, attemptId, lockout) =>
      countAttempt(client, table, tenant, subject, attemptId, lockout),
    forgetAttempts: (tenant, subject, attemptId) => forgetAttempts(client, table, tenant, subject, attemptId),
  };
}
