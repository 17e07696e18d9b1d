import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { sessionKey, userPartition } from '../../activities/aws/dynamodb/keys.js';
import { toFace } from '../../activities/aws/dynamodb/user-rows.js';
import type { FaceRecord } from '../../domain/face-record.js';
import type { SessionState } from '../../domain/session.js';
import type { Rig } from './rig.js';
import type { Run } from './run.js';

/** A face in a collection. */
export interface StoredFace {
  collection: string;
  faceId: string;
  externalImageId: string;
}

/** What is stored of one user. */
export interface StoredUser {
  userId: string;
  profile: { busy?: string } | undefined;
  faces: FaceRecord[];
}

/** Everything that is stored of one account, read with the SDK and strongly. */
export interface Stores {
  faces: StoredFace[];
  users: StoredUser[];
  sessions: Map<string, SessionState | undefined>;
  /** Keys of the bucket. */
  objects: string[];
}

export async function readStores(run: Run): Promise<Stores> {
  const { rig, collections } = run;
  const [faces, users, sessions, objects] = await Promise.all([
    Promise.all(collections.map((collection) => facesIn(rig, collection))),
    Promise.all([...run.users].map((userId) => readUser(run, userId))),
    Promise.all([...run.sessions].map(async ([role, id]) => [role, await readSession(run, id)] as const)),
    objectsOf(run),
  ]);
  return { faces: faces.flat(), users, sessions: new Map(sessions), objects };
}

async function facesIn({ aws }: Rig, collection: string): Promise<StoredFace[]> {
  const faces: StoredFace[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListFacesCommand({ CollectionId: collection, ...(NextToken ? { NextToken } : {}) });
    const page = await aws.rekognition.send(command);
    for (const { FaceId = '', ExternalImageId = '' } of page.Faces ?? [])
      faces.push({ collection, faceId: FaceId, externalImageId: ExternalImageId });
    NextToken = page.NextToken;
  } while (NextToken);
  return faces;
}

async function readUser({ rig, tenant }: Run, userId: string): Promise<StoredUser> {
  const pk = userPartition(tenant, rig.identities.subject(tenant, userId));
  const command = new QueryCommand({
    TableName: rig.settings.IDV_TABLE,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: marshall({ ':pk': pk }),
    ConsistentRead: true,
  });
  const rows = ((await rig.aws.dynamodb.send(command)).Items ?? []).map((item) => unmarshall(item));
  return {
    userId,
    profile: rows.find(({ sk }) => sk === 'PROFILE'),
    faces: rows.filter(({ sk }) => String(sk).startsWith('FACE#')).map((row) => toFace(row, rig.seal)),
  };
}

async function readSession({ rig, tenant }: Run, sessionId: string): Promise<SessionState | undefined> {
  const Key = marshall(sessionKey(tenant, sessionId));
  const command = new GetItemCommand({ TableName: rig.settings.IDV_TABLE, Key, ConsistentRead: true });
  const { Item } = await rig.aws.dynamodb.send(command);
  return Item && (unmarshall(Item).state as SessionState | undefined);
}

/** Under every prefix of the bucket: whatever the layout, the account comes second. */
async function objectsOf({ rig, tenant }: Run): Promise<string[]> {
  const list = (Prefix: string, Delimiter?: string) =>
    rig.aws.s3.send(new ListObjectsV2Command({ Bucket: 'idv-photos', Prefix, Delimiter }));
  const { CommonPrefixes = [], Contents = [] } = await list('', '/');
  const pages = await Promise.all(
    CommonPrefixes.map(({ Prefix = '' }) => list(`${Prefix}${tenant.account}/`)),
  );
  return [Contents, ...pages.map((page) => page.Contents ?? [])].flat().map(({ Key = '' }) => Key);
}
