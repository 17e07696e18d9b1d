import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { FaceRecord } from '../../../domain/face-record.js';
import type { Tenant } from '../../../domain/session.js';
import { observed } from '../observe.js';
import { throttled } from '../to-failure.js';
import { faceRowKey, userPartition } from './keys.js';

/** BatchGetItem takes 100 keys at most (API reference). */
const READ_AT_ONCE = 100;

/** Every row of a user, read strongly. */
export async function readUserRows(
  client: DynamoDBClient,
  table: string,
  tenant: Tenant,
  subject: string,
): Promise<{ profile: Record<string, unknown> | undefined; faces: FaceRecord[] }> {
  const rows: Record<string, unknown>[] = [];
  let startKey: Record<string, AttributeValue> | undefined;
  do {
    const command = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': userPartition(tenant, subject) }),
      ConsistentRead: true,
      ExclusiveStartKey: startKey,
    });
    const output = await observed('dynamodb', 'Query', (options) => client.send(command, options));
    rows.push(...(output.Items ?? []).map((item) => unmarshall(item)));
    startKey = output.LastEvaluatedKey;
  } while (startKey);
  return {
    profile: rows.find((row) => row.sk === 'PROFILE'),
    faces: rows.filter((row) => String(row.sk).startsWith('FACE#')).map(toFace),
  };
}

/**
 * Rows of faces, read strongly, in no particular order; absent rows are left out.
 * @throws ApplicationFailure `Throttled` when DynamoDB leaves every key of a call unread
 */
export async function readFaceRows(
  client: DynamoDBClient,
  table: string,
  tenant: Tenant,
  keys: readonly { subject: string; faceKey: string }[],
): Promise<FaceRecord[]> {
  const unique = new Map(keys.map((key) => [`${key.subject}:${key.faceKey}`, faceRowKey(tenant, key)]));
  const wanted = [...unique.values()].map((key) => marshall(key));
  const faces: FaceRecord[] = [];
  while (wanted.length > 0) {
    const Keys = wanted.splice(0, READ_AT_ONCE);
    const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
    const output = await observed('dynamodb', 'BatchGetItem', (options) => client.send(command, options));
    const unread = output.UnprocessedKeys?.[table]?.Keys ?? [];
    if (unread.length === Keys.length) throw throttled('BatchGetItem left every key unread');
    faces.push(...(output.Responses?.[table] ?? []).map((item) => toFace(unmarshall(item))));
    wanted.push(...unread);
  }
  return faces;
}

/** A row of the table as a face. */
export function toFace(row: Record<string, unknown>): FaceRecord {
  const { subject, faceKey, state, rank, faces, image, chunk, fenced } = row;
  const known = { subject, faceKey, state, rank, faces: faces ?? {}, image };
  const face = { ...known, ...(chunk === undefined ? {} : { chunk }), ...(fenced ? { fenced } : {}) };
  return face as FaceRecord;
}
