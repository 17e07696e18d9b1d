import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Tenant } from '../../../domain/session.js';
import type { BatchTable } from '../../ports/batch-table.js';
import {
  ITEM,
  itemKey,
  PAIR,
  pairKey,
  parseUserItemKey,
  parseUserPairKey,
  userItemKey,
  userPairKey,
} from './batch-keys.js';
import { putRows } from './batch-write.js';
import { createConditionalWrites } from './conditional-writes.js';
import { forgottenRow, toItem } from './item-rows.js';
import { userPartition } from './keys.js';
import { partitionKeys, removeRows, rowsByKey } from './rows-of.js';
import type { Seal } from './seal.js';
import { toFace } from './user-rows.js';

interface LedgerPlace {
  jobId: string;
  chunk: number;
  itemId: string;
}

/** What ledgers have of a user, by what leads there: rows of its faces and of its items, read strongly. */
export function createItemsOfUser(
  client: DynamoDBClient,
  table: string,
  seal: Seal,
): Pick<BatchTable, 'moveSubject' | 'photosOf' | 'forgetSubject'> {
  const { refusedBy, putIf } = createConditionalWrites(client, table);

  async function placesOf(tenant: Tenant, subject: string) {
    const rows = await partitionKeys(client, table, userPartition(tenant, subject));
    const ways = rows.filter(({ sk }) => sk.startsWith(ITEM));
    const faces = rows.filter(({ sk }) => sk.startsWith('FACE#')).map((row) => toFace(row));
    const places = new Map<string, LedgerPlace>();
    const add = (place: LedgerPlace) => places.set(JSON.stringify(place), place);
    for (const { rank, chunk, faceKey } of faces)
      if (chunk !== undefined) add({ jobId: rank.sessionId, chunk, itemId: faceKey });
    for (const { sk } of ways) add(parseUserItemKey(sk));
    return { places: [...places.values()], ways, pairs: rows.filter(({ sk }) => sk.startsWith(PAIR)) };
  }

  return {
    async moveSubject(tenant, from, to) {
      const { places, ways } = await placesOf(tenant, from);
      // As ever, the way there first, and what leads there from the other user last.
      const newWays = places.map(({ jobId, ...item }) => userItemKey(tenant, to, jobId, item));
      await putRows(client, table, newWays);
      for (const { jobId, ...item } of places) {
        await refusedBy({
          Key: marshall(itemKey(tenant, jobId, item)),
          UpdateExpression: 'SET subject = :to',
          ConditionExpression: 'subject = :from',
          ExpressionAttributeValues: marshall({ ':from': from, ':to': to }),
        });
      }
      await removeRows(client, table, ways);
    },

    async photosOf(tenant, subject) {
      const { places } = await placesOf(tenant, subject);
      const keys = places.map(({ jobId, ...item }) => itemKey(tenant, jobId, item));
      const rows = [...(await rowsByKey(client, table, keys)).values()];
      const own = rows.filter((row) => row.subject === subject);
      return [...new Set(own.flatMap((row) => toItem(seal, row).uri || []))];
    },

    async forgetSubject(tenant, subject, changed = async () => undefined) {
      const { places, ways, pairs } = await placesOf(tenant, subject);
      let forgotten = 0;
      const chunks = new Map<string, Set<number>>();
      for (const { jobId, ...item } of places) {
        const refused = await putIf(
          forgottenRow(tenant, jobId, { ...item, at: Date.now() }),
          // One photo may be listed for two users, and a row be forgotten by now.
          { ConditionExpression: 'subject = :subject' },
          { ':subject': subject },
        );
        if (!refused) forgotten++;
        chunks.set(jobId, (chunks.get(jobId) ?? new Set()).add(item.chunk));
      }
      const met = pairs.map(({ sk }) => parseUserPairKey(sk));
      for (const { jobId, name } of met) await removeRows(client, table, [pairKey(tenant, jobId, name)]);
      for (const { jobId } of met) chunks.set(jobId, chunks.get(jobId) ?? new Set());

      for (const [jobId, some] of chunks) await changed(jobId, [...some]);
      for (const { jobId, name } of met) {
        const owners = [name.first, name.second].map((face) => face.slice(0, face.indexOf(':')));
        const keys = owners.map((owner) => userPairKey(tenant, owner, jobId, name));
        await removeRows(client, table, keys);
      }
      await removeRows(client, table, ways);
      return forgotten + met.length;
    },
  };
}
