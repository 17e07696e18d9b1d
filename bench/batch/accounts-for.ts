import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { pseudonymKey } from '../../activities/aws/pseudonym-key.js';
import { createShardMap } from '../../activities/aws/shard-map.js';
import { createSubjects } from '../../activities/aws/subjects.js';
import { itemIds } from '../../activities/batch/item-id.js';
import { countKey, type ItemCounts, type ItemOutcome } from '../../domain/batch/item.js';
import type { BatchState } from '../../domain/batch/job.js';
import { type FaceRecord, parseExternalImageId } from '../../domain/face-record.js';
import { type BatchStack, tenant } from './stack.js';

/** What is wrong with the books of a job, a line each; and what they say. */
export interface Books {
  wrong: string[];
  source: number;
  ledger: number;
  faces: number;
  rows: number;
}

type Row = Record<string, unknown> & { pk: string; sk: string };

/**
 * Compares what a job says with what is there, read by the SDK alone: source, ledger, rows of faces and of users,
 * collections. The account must have nothing else.
 */
export async function accountsFor(
  stack: BatchStack,
  state: BatchState,
  { bucket, expected }: { bucket: string; expected: ItemCounts },
): Promise<Books> {
  const wrong: string[] = [];
  const say = (ok: boolean, text: string) => {
    if (!ok) wrong.push(text);
  };
  const source = await idsOf(stack, bucket);
  const found = await rowsOf(stack);
  const faces = await facesOf(stack);

  const counts: Record<string, number> = {};
  for (const item of found.items.values()) counts[countKey(item)] = (counts[countKey(item)] ?? 0) + 1;
  const text = (value: ItemCounts) => JSON.stringify(Object.fromEntries(Object.entries(value).sort()));
  const sum = Object.values(state.counts).reduce((total, count) => total + count, 0);
  say(found.twice === 0, `${found.twice} items are in the ledger twice`);
  const missing = [...source].filter((id) => !found.items.has(id));
  say(missing.length === 0, `${missing.length} items are in no ledger: ${missing.slice(0, 5)}`);
  const foreign = [...found.items.keys()].filter((id) => !source.has(id));
  say(foreign.length === 0, `${foreign.length} items of the ledger are in no source: ${foreign.slice(0, 5)}`);
  say(sum === source.size, `counts add up to ${sum}, the source has ${source.size}`);
  say(state.items === source.size && state.listed, `the job has met ${state.items} of ${source.size} items`);
  say(text(counts) === text(state.counts), `the ledger says ${text(counts)}, the job ${text(state.counts)}`);
  say(text(counts) === text(expected), `the ledger says ${text(counts)}, the source ${text(expected)}`);

  const byName = new Map<string, string[]>();
  for (const { faceId, name } of faces) byName.set(name, [...(byName.get(name) ?? []), faceId]);
  let [unvouched, twice, orphans] = [0, 0, 0];
  for (const { status, face, subject, itemId } of found.items.values()) {
    if (status !== 'indexed' || !face) continue;
    const row = found.faces.get(`${subject}:${itemId}`);
    const inCollection = byName.get(`${subject}:${itemId}`) ?? [];
    const listed =
      row?.state === 'active' && Object.values(row.faces).some((each) => each.faceId === face.faceId);
    if (!listed || !inCollection.includes(face.faceId)) unvouched++;
    if (inCollection.length > 1) twice++;
  }
  for (const { faceId, name, collection } of faces) {
    const row = parseExternalImageId(name) && found.faces.get(name);
    const vouched =
      row?.state === 'active' &&
      Object.values(row.faces).some((each) => each.faceId === faceId && each.collection === collection);
    if (!vouched) orphans++;
  }
  const active = [...found.faces.values()].filter((row) => row.state === 'active');
  say(unvouched === 0, `${unvouched} indexed items have no active row, or no face in its collection`);
  say(twice === 0, `${twice} items have more than one face in their collection`);
  say(orphans === 0, `${orphans} faces are in a collection and in no active row`);
  say(
    active.length === (counts.indexed ?? 0),
    `${active.length} active rows for ${counts.indexed} indexed items`,
  );
  say(active.length === found.faces.size, `${found.faces.size - active.length} rows of faces are not active`);
  say(found.held.length === 0, `${found.held.length} users are still held: ${found.held.slice(0, 5)}`);
  const users = new Set(active.map(({ subject }) => subject));
  say(users.size === found.users, `${found.users} users, ${users.size} of them with a face`);
  return { wrong, source: source.size, ledger: found.items.size, faces: faces.length, rows: active.length };
}

async function idsOf({ aws }: BatchStack, Bucket: string): Promise<Set<string>> {
  const ids = new Set<string>();
  const idOf = itemIds(createSubjects(pseudonymKey()), tenant);
  let ContinuationToken: string | undefined;
  do {
    const page = await aws.s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
    for (const { Key = '', ETag = '' } of page.Contents ?? [])
      ids.add(idOf({ bucket: Bucket, key: Key, etag: ETag.replaceAll('"', '') }));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return ids;
}

async function rowsOf({ aws, settings }: BatchStack) {
  const items = new Map<string, ItemOutcome>();
  const faces = new Map<string, FaceRecord>();
  const held: string[] = [];
  let [twice, users] = [0, 0];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const command = new ScanCommand({
      TableName: settings.IDV_TABLE,
      ConsistentRead: true,
      ExclusiveStartKey,
    });
    const page = await aws.dynamodb.send(command);
    for (const item of page.Items ?? []) {
      const row = unmarshall(item) as Row;
      if (row.sk.startsWith('ITEM#') && row.pk.includes('#CHUNK#')) {
        const outcome = row as unknown as ItemOutcome;
        if (items.has(outcome.itemId)) twice++;
        items.set(outcome.itemId, outcome);
      } else if (row.sk.startsWith('FACE#')) {
        const face = row as unknown as FaceRecord;
        faces.set(`${face.subject}:${face.faceKey}`, face);
      } else if (row.sk === 'PROFILE') {
        users++;
        if (row.busy) held.push(`${row.pk} by ${row.busy}`);
      }
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return { items, faces, held, twice, users };
}

async function facesOf({ aws, settings }: BatchStack) {
  const shardMap = createShardMap(settings.IDV_SHARDS, settings.IDV_COLLECTION_PREFIX);
  const faces: { collection: string; faceId: string; name: string }[] = [];
  for (const shard of settings.IDV_SHARDS) {
    const collection = shardMap.collection(tenant, shard, '1');
    let NextToken: string | undefined;
    do {
      const command = new ListFacesCommand({ CollectionId: collection, MaxResults: 4_096, NextToken });
      const page = await aws.rekognition.send(command);
      for (const { FaceId = '', ExternalImageId = '' } of page.Faces ?? [])
        faces.push({ collection, faceId: FaceId, name: ExternalImageId });
      NextToken = page.NextToken;
    } while (NextToken);
  }
  return faces;
}
