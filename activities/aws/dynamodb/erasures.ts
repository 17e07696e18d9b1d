import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { batchJobOf } from '../../../domain/batch/holder.js';
import type { Erasure } from '../../../domain/erasure.js';
import type { Rank } from '../../../domain/face-record.js';
import { type Kept, lastKeptUntil } from '../../../domain/retention.js';
import type { SessionState, Tenant } from '../../../domain/session.js';
import type { ErasingUser, ErasureStore } from '../../ports/erasure-store.js';
import { observed } from '../observe.js';
import { createConditionalWrites } from './conditional-writes.js';
import { createFences } from './fences.js';
import {
  documentKey,
  erasureKey,
  expiringKey,
  faceRowKey,
  profileKey,
  sessionKey,
  USER_SESSIONS_INDEX,
  userPartition,
} from './keys.js';
import { partitionKeys, removeRows, rowsOf } from './rows-of.js';
import { readUserRows } from './user-rows.js';

/** Erasures in DynamoDB; see `keys.ts` for the layout. */
export function createErasureStore(client: DynamoDBClient, table: string): ErasureStore {
  const { refusedBy, putIf, deleteIf, removed: removedIf } = createConditionalWrites(client, table);
  const { fence } = createFences(client, table);

  const put = async (tenant: Tenant, erasure: Erasure, condition: string | undefined) => {
    const row = { ...erasureKey(tenant, erasure.erasureId), erasure };
    await putIf(row, { ConditionExpression: condition });
  };

  return {
    async mark(tenant, subject, erasureId, { lastPhoto, hadFaces }) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: marshall(profileKey(tenant, subject)),
        UpdateExpression: [
          'SET erasing = :id, erasingSince = :now',
          hadFaces ? 'hadFaces = :faces' : 'hadFaces = if_not_exists(hadFaces, :faces)',
          ...(lastPhoto ? ['lastPhoto = if_not_exists(lastPhoto, :photo)'] : []),
        ]
          .join(', ')
          .concat(' ADD version :one, erasures :ids'),
        ExpressionAttributeValues: marshall({
          ':id': erasureId,
          ':now': Date.now(),
          ':faces': hadFaces,
          ':one': 1,
          ':ids': new Set([erasureId]),
          ...(lastPhoto ? { ':photo': lastPhoto } : {}),
        }),
        ReturnValues: 'ALL_NEW',
      });
      const { Attributes } = await observed('dynamodb', 'UpdateItem', (options) =>
        client.send(command, options),
      );
      const row = unmarshall(Attributes ?? {});
      return {
        hadFaces: Boolean(row.hadFaces),
        erasureIds: [...(row.erasures as Set<string>)],
        ...(row.lastPhoto ? { lastPhoto: row.lastPhoto as NonNullable<ErasingUser['lastPhoto']> } : {}),
      };
    },

    async holder(tenant, subject) {
      const { profile } = await readUserRows(client, table, tenant, subject);
      return profile?.busy ? String(profile.busy) : undefined;
    },

    async fence(tenant, subject) {
      const { profile } = await readUserRows(client, table, tenant, subject);
      if (profile?.busy) await fence(tenant, subject, profile, 'erased');
      const { faces } = await readUserRows(client, table, tenant, subject);
      for (const face of faces.filter(({ state }) => state !== 'erased')) {
        await refusedBy({
          Key: marshall(faceRowKey(tenant, face)),
          UpdateExpression: 'SET #state = :erased',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: marshall({ ':erased': 'erased' }),
        });
      }
      await refusedBy({
        Key: marshall(profileKey(tenant, subject)),
        UpdateExpression: 'REMOVE busy, busySince, busyKey',
        ConditionExpression: 'attribute_exists(erasing)',
      });
    },

    async sessions(tenant, subject) {
      const rows = await rowsOf(client, {
        TableName: table,
        IndexName: USER_SESSIONS_INDEX,
        KeyConditionExpression: 'subjectKey = :subject',
        ExpressionAttributeValues: marshall({ ':subject': userPartition(tenant, subject) }),
      });
      return rows
        .filter(({ sk }) => sk === 'SESSION')
        .map(({ pk, state, retention }) => {
          const sessionId = pk.slice(pk.lastIndexOf('#') + 1);
          const { status, updatedAt = 0 } = (state ?? {}) as Partial<SessionState>;
          const keptUntil = retention ? lastKeptUntil(updatedAt, retention as Kept) : undefined;
          return { sessionId, ...(status ? { status } : {}), ...(keptUntil ? { keptUntil } : {}) };
        });
    },

    async removeSession(tenant, sessionId) {
      const { pk } = sessionKey(tenant, sessionId);
      return removeRows(client, table, await partitionKeys(client, table, pk));
    },

    async removeDocuments(tenant, subject) {
      const rows = await partitionKeys(client, table, userPartition(tenant, subject), 'DOCUMENT#');
      let removed = 0;
      for (const { sk, expiresOn } of rows) {
        const claim = documentKey(tenant, sk.slice('DOCUMENT#'.length));
        // A claim that has gone to somebody else stays theirs.
        removed += Number(
          await removedIf(claim, { ConditionExpression: 'subject = :subject' }, { ':subject': subject }),
        );
        if (typeof expiresOn === 'string')
          removed += await removeRows(client, table, [expiringKey(tenant, expiresOn, subject)]);
      }
      return removed + (await removeRows(client, table, rows));
    },

    async removeUser(tenant, subject) {
      const rows = await partitionKeys(client, table, userPartition(tenant, subject));
      return removeRows(
        client,
        table,
        rows.filter((row) => row.sk !== 'PROFILE' && !keepsBatchOut(row)),
      );
    },

    async unmark(tenant, subject, erasureId) {
      const own = { ConditionExpression: 'erasing = :id' };
      await deleteIf(profileKey(tenant, subject), own, { ':id': erasureId });
    },

    create: (tenant, erasure) => put(tenant, erasure, 'attribute_not_exists(pk)'),
    save: (tenant, erasure) => put(tenant, erasure, undefined),

    async read(tenant, erasureId) {
      const command = new GetItemCommand({
        TableName: table,
        Key: marshall(erasureKey(tenant, erasureId)),
        ConsistentRead: true,
      });
      const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
      return Item ? (unmarshall(Item).erasure as Erasure) : undefined;
    },
  };
}

/**
 * A batch job commits a face where there is no row, so that a commit which comes later than the end of an erasure would count.
 * Such a row holds a pseudonym, a hash and the job. Reconciliation removes it once the job has ended.
 */
function keepsBatchOut({ fenced, state, rank }: Record<string, unknown>): boolean {
  const { sessionId = '' } = (rank ?? {}) as Partial<Rank>;
  return fenced === true && state === 'erased' && batchJobOf(sessionId) !== undefined;
}
