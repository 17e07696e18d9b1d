import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { redactedState } from '../../../domain/redaction.js';
import type { SessionState, Tenant } from '../../../domain/session.js';
import type { SessionDetails, SessionRow, SessionTable } from '../../ports/session-table.js';
import { observed } from '../observe.js';
import { createConditionalWrites } from './conditional-writes.js';
import { createdKey, listKey, listPartition, sessionKey, userPartition } from './keys.js';
import { listSessions } from './list-sessions.js';
import { createRedactions } from './redactions.js';
import type { Seal } from './seal.js';
import { createSessionDocuments } from './session-document.js';

/** A row whose workflow never began is removed after this long. */
const UNOPENED_LIVES_SECONDS = 2 * 24 * 3_600;

/** Sessions in DynamoDB; see `keys.ts` for the layout. */
export function createSessionTable(client: DynamoDBClient, table: string, seal: Seal): SessionTable {
  const { refusedBy, putIf } = createConditionalWrites(client, table);
  const { documentIn, saveDocument } = createSessionDocuments(client, table, seal);
  const { redactionIn, redact } = createRedactions(client, table);
  const toRow = (item: Record<string, unknown>): SessionRow => ({
    fingerprint: String(item.fingerprint),
    ...(item.state ? { state: item.state as SessionState } : {}),
    // A row that was gone when the workflow took it over has none.
    details: item.details ? (seal.open(item.details as Uint8Array, String(item.pk)) as SessionDetails) : {},
    ...documentIn(item),
    ...redactionIn(item),
  });

  /** Undefined when it was written, else what is there instead: a newer revision, or `{}`. */
  async function write(tenant: Tenant, state: SessionState, condition = 'attribute_exists(pk)') {
    const { sessionId, subject, revision } = state;
    return refusedBy({
      Key: marshall(sessionKey(tenant, sessionId)),
      UpdateExpression: `SET #state = :state, #revision = :revision${subject ? ', subjectKey = :subject' : ''}`,
      ConditionExpression: `attribute_exists(pk) AND #revision < :revision AND ${condition}`,
      ExpressionAttributeNames: { '#state': 'state', '#revision': 'revision' },
      ExpressionAttributeValues: marshall(
        {
          ':state': state,
          ':revision': revision,
          ...(subject ? { ':subject': userPartition(tenant, subject) } : {}),
        },
        { removeUndefinedValues: true },
      ),
    });
  }

  return {
    saveDocument,
    redact,

    async create(tenant, sessionId, fingerprint, details) {
      const key = sessionKey(tenant, sessionId);
      const expires = Math.floor(Date.now() / 1_000) + UNOPENED_LIVES_SECONDS;
      const row = { ...key, fingerprint, expires, details: seal.close(details, key.pk) };
      const there = await putIf(row, { ConditionExpression: 'attribute_not_exists(pk)' });
      return there && toRow(there);
    },

    async open(tenant, state, fingerprint, run) {
      const { sessionId, createdAt, subject, revision } = state;
      const refused = await refusedBy({
        Key: marshall(sessionKey(tenant, sessionId)),
        UpdateExpression: [
          'SET #run = :run, fingerprint = :fingerprint, #state = :state, #revision = :revision, listKey = :list',
          'createdKey = :created',
          ...(subject ? ['subjectKey = :subject'] : []),
        ]
          .join(', ')
          .concat(' REMOVE expires'),
        // A repeat by the same run is no other run, and must not turn a newer state back.
        ConditionExpression: 'attribute_not_exists(#run)',
        ExpressionAttributeNames: { '#run': 'run', '#state': 'state', '#revision': 'revision' },
        ExpressionAttributeValues: marshall({
          ':run': run,
          ':fingerprint': fingerprint,
          ':state': state,
          ':revision': revision,
          ':list': listKey(tenant, listPartition(sessionId)),
          ':created': createdKey(createdAt, sessionId),
          ...(subject ? { ':subject': userPartition(tenant, subject) } : {}),
        }),
      });
      return refused === undefined || refused.run === run;
    },

    async save(tenant, state) {
      const refused = await write(tenant, state, 'attribute_not_exists(redaction)');
      if (!refused?.redaction) return { gone: isGone(refused), redacted: false };
      return { gone: isGone(await write(tenant, redactedState(state))), redacted: true };
    },

    async noteRetention(tenant, sessionId, retention) {
      const refused = await refusedBy({
        Key: marshall(sessionKey(tenant, sessionId)),
        UpdateExpression: 'SET retention = :retention',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(redaction)',
        ExpressionAttributeValues: marshall({ ':retention': retention }),
      });
      return refused === undefined;
    },

    async read(tenant, sessionId) {
      const command = new GetItemCommand({
        TableName: table,
        Key: marshall(sessionKey(tenant, sessionId)),
        ConsistentRead: true,
      });
      const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
      return Item ? toRow(unmarshall(Item)) : undefined;
    },

    async list(tenant, filter, page) {
      const { items, nextCursor } = await listSessions(client, table, tenant, filter, page);
      return { rows: items.map(toRow), ...(nextCursor ? { nextCursor } : {}) };
    },
  };
}

/** Of the answer of `refusedBy`. */
const isGone = (refused: Record<string, unknown> | undefined) => refused !== undefined && !refused.pk;
