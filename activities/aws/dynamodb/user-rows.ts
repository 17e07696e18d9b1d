import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FaceRecord } from '../../../domain/face-record.js';
import type { Tenant } from '../../../domain/session.js';
import { faceRowKey, userPartition } from './keys.js';
import { partitionKeys, rowsByKey } from './rows-of.js';

/** Every row of a user, read strongly. */
export async function readUserRows(
  client: DynamoDBClient,
  table: string,
  tenant: Tenant,
  subject: string,
): Promise<{ profile: Record<string, unknown> | undefined; faces: FaceRecord[] }> {
  const rows = await partitionKeys(client, table, userPartition(tenant, subject));
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
  const rows = await rowsByKey(
    client,
    table,
    keys.map((key) => faceRowKey(tenant, key)),
  );
  return [...rows.values()].map(toFace);
}

/** A row of the table as a face. */
export function toFace(row: Record<string, unknown>): FaceRecord {
  const { subject, faceKey, state, rank, faces, image, chunk, fenced } = row;
  const known = { subject, faceKey, state, rank, faces: faces ?? {}, image };
  const face = { ...known, ...(chunk === undefined ? {} : { chunk }), ...(fenced ? { fenced } : {}) };
  return face as FaceRecord;
}
