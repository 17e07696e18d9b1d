import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FaceRecord } from '../../../domain/face-record.js';
import type { Tenant } from '../../../domain/session.js';
import { placeOf } from './facts.js';
import { faceRowKey, userPartition } from './keys.js';
import { partitionKeys, rowsByKey } from './rows-of.js';
import type { Seal } from './seal.js';

/** Every row of a user, read strongly. @param seal without it photos of archives stay sealed */
export async function readUserRows(
  client: DynamoDBClient,
  table: string,
  tenant: Tenant,
  subject: string,
  seal?: Seal,
): Promise<{ profile: Record<string, unknown> | undefined; faces: FaceRecord[] }> {
  const rows = await partitionKeys(client, table, userPartition(tenant, subject));
  return {
    profile: rows.find((row) => row.sk === 'PROFILE'),
    faces: rows.filter((row) => String(row.sk).startsWith('FACE#')).map((row) => toFace(row, seal)),
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
  seal?: Seal,
): Promise<FaceRecord[]> {
  const rows = await rowsByKey(
    client,
    table,
    keys.map((key) => faceRowKey(tenant, key)),
  );
  return [...rows.values()].map((row) => toFace(row, seal));
}

/**
 * A row of the table as a face.
 * @param seal opens where a batch job found its photo: keys of an archive often are user ids. Without it `image` is left out
 */
export function toFace(row: Record<string, unknown>, seal?: Seal): FaceRecord {
  const { pk, sk, subject, faceKey, state, rank, faces, sealedImage, chunk, fenced } = row;
  const opens = sealedImage !== undefined && seal;
  const place = placeOf({ pk: String(pk), sk: String(sk) });
  const image = opens ? seal.open(sealedImage as Uint8Array, place) : row.image;
  const known = { subject, faceKey, state, rank, faces: faces ?? {}, image };
  const face = { ...known, ...(chunk === undefined ? {} : { chunk }), ...(fenced ? { fenced } : {}) };
  return face as FaceRecord;
}
