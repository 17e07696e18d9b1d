import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type FaceRecord, listsFace } from '../../../domain/face-record.js';
import type { Tenant } from '../../../domain/session.js';
import type { Profile, User, UserTable } from '../../ports.js';
import { observed } from '../observe.js';
import { countAttempt, forgetAttempts } from './attempts.js';
import { faceRowKey, profileKey, userPartition } from './keys.js';
import type { Seal } from './seal.js';

const REFUSED = ['ConditionalCheckFailedException'];

const SAME_RANK = '#rank.startedAt = :started AND #rank.sessionId = :session';

/** BatchGetItem takes 100 keys at most (API reference). */
const READ_AT_ONCE = 100;

/** Users and their faces in DynamoDB; see `keys.ts` for the layout. */
export function createUserTable(client: DynamoDBClient, table: string, seal: Seal): UserTable {
  /** One conditional write. Undefined when it happened, else the row that refused it. */
  async function refusedBy(
    update: Omit<UpdateItemCommandInput, 'TableName' | 'ReturnValuesOnConditionCheckFailure'>,
  ): Promise<Record<string, unknown> | undefined> {
    const command = new UpdateItemCommand({
      ...update,
      TableName: table,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await observed('dynamodb', 'UpdateItem', (options) => client.send(command, options), REFUSED);
      return undefined;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error.Item ? unmarshall(error.Item) : {};
      throw error;
    }
  }

  async function deleteIf(
    key: Record<string, string>,
    condition: Pick<UpdateItemCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames'>,
    values: Record<string, unknown>,
  ) {
    const command = new DeleteItemCommand({
      ...condition,
      TableName: table,
      Key: marshall(key),
      ExpressionAttributeValues: marshall(values),
    });
    try {
      await observed('dynamodb', 'DeleteItem', (options) => client.send(command, options), REFUSED);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error; // somebody else's now: leave it
    }
  }

  async function rowsOf(tenant: Tenant, subject: string) {
    const command = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': userPartition(tenant, subject) }),
      ConsistentRead: true,
    });
    const { Items } = await observed('dynamodb', 'Query', (options) => client.send(command, options));
    const rows = (Items ?? []).map((item) => unmarshall(item));
    return {
      profile: rows.find((row) => row.sk === 'PROFILE'),
      faces: rows.filter((row) => String(row.sk).startsWith('FACE#')).map(toFace),
    };
  }

  const table_: UserTable = {
    async read(tenant, subject) {
      const { profile, faces } = await rowsOf(tenant, subject);
      if (!profile && faces.length === 0) return undefined;
      const { pk } = profileKey(tenant, subject);
      const person = profile?.sealed
        ? (seal.open(profile.sealed, pk) as Pick<User, 'userId' | 'profile'>)
        : {};
      return {
        subject,
        faces,
        ...person,
        ...(profile?.busy ? { busy: String(profile.busy) } : {}),
        ...(profile?.createdAt ? { createdAt: Number(profile.createdAt) } : {}),
      };
    },

    async readFaces(tenant, keys) {
      const unique = new Map(keys.map((key) => [`${key.subject}:${key.faceKey}`, faceRowKey(tenant, key)]));
      const wanted = [...unique.values()].map((key) => marshall(key));
      const faces: FaceRecord[] = [];
      while (wanted.length > 0) {
        const Keys = wanted.splice(0, READ_AT_ONCE);
        const command = new BatchGetItemCommand({
          RequestItems: { [table]: { Keys, ConsistentRead: true } },
        });
        const output = await observed('dynamodb', 'BatchGetItem', (options) => client.send(command, options));
        faces.push(...(output.Responses?.[table] ?? []).map((item) => toFace(unmarshall(item))));
        wanted.push(...(output.UnprocessedKeys?.[table]?.Keys ?? []));
      }
      return faces;
    },

    async reserve(tenant, subject, sessionId, person) {
      const key = profileKey(tenant, subject);
      const refused = await refusedBy({
        Key: marshall(key),
        UpdateExpression: 'SET busy = :session, createdAt = if_not_exists(createdAt, :now) ADD version :one',
        ConditionExpression: 'attribute_not_exists(busy) OR busy = :session',
        ExpressionAttributeValues: marshall({ ':session': sessionId, ':now': Date.now(), ':one': 1 }),
      });
      if (refused) {
        const { faces } = await rowsOf(tenant, subject);
        return faces.some((face) => face.state === 'active') ? 'exists' : 'busy';
      }
      // Only now: a user who became active before we held the row must not be registered again.
      const { faces } = await rowsOf(tenant, subject);
      if (faces.some((face) => face.state === 'active' && face.rank.sessionId !== sessionId)) {
        await table_.settle(tenant, subject, sessionId);
        return 'exists';
      }
      await refusedBy({
        Key: marshall(key),
        UpdateExpression: 'SET sealed = :sealed',
        ConditionExpression: 'busy = :session',
        ExpressionAttributeValues: marshall({
          ':sealed': seal.close(withoutUndefined(person), key.pk),
          ':session': sessionId,
        }),
      });
      return 'reserved';
    },

    async settle(tenant, subject, sessionId) {
      await refusedBy({
        Key: marshall(profileKey(tenant, subject)),
        UpdateExpression: 'REMOVE busy ADD version :one',
        ConditionExpression: 'busy = :session',
        ExpressionAttributeValues: marshall({ ':session': sessionId, ':one': 1 }),
      });
    },

    async release(tenant, subject, sessionId) {
      await table_.settle(tenant, subject, sessionId);
      const { profile, faces } = await rowsOf(tenant, subject);
      if (!profile || profile.busy || faces.some((face) => face.state === 'active')) return;
      // The version tells whether anybody held the user since we looked.
      const unchanged = { ConditionExpression: 'version = :version' };
      await deleteIf(profileKey(tenant, subject), unchanged, { ':version': profile.version });
    },

    async placeFace(tenant, face) {
      const key = faceRowKey(tenant, face);
      const { subject, faceKey, rank, collection, image } = face;
      const command = new PutItemCommand({
        TableName: table,
        Item: marshall({ ...key, subject, faceKey, state: 'tentative', rank, collection, faces: {}, image }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      try {
        await observed('dynamodb', 'PutItem', (options) => client.send(command, options), REFUSED);
        return face;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
        const placed = unmarshall(error.Item);
        return { ...face, rank: placed.rank, collection: placed.collection };
      }
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

    async withdrawFace(tenant, key, sessionId) {
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
  return table_;
}

function toFace(row: Record<string, unknown>): FaceRecord {
  const { subject, faceKey, state, rank, faces, image } = row;
  return { subject, faceKey, state, rank, faces: faces ?? {}, image } as FaceRecord;
}

function withoutUndefined(person: { userId: string; profile?: Profile }) {
  return person.profile ? person : { userId: person.userId };
}
