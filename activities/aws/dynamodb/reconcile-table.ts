import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ReconciliationReport } from '../../../domain/reconcile.js';
import type { Kept } from '../../../domain/retention.js';
import type { SessionState } from '../../../domain/session.js';
import type { ReconcileTable, UserHold } from '../../ports/reconcile-table.js';
import { observed } from '../observe.js';
import { createConditionalWrites } from './conditional-writes.js';
import { faceRowKey, profileKey, seenKey, sessionKey, userPartition } from './keys.js';
import { partitionKeys } from './rows-of.js';
import type { Seal } from './seal.js';
import { toTableRow } from './table-rows.js';
import { readUserRows } from './user-rows.js';

const SEEN_FOR_SECONDS = 30 * 86_400;
const REPORTS_FOR_SECONDS = 90 * 86_400;

/** Reports tell of every account and mode, so they are in a partition of their own. */
const REPORTS = 'RECONCILIATION';
const LAST = 'LAST';

/** The table as reconciliation sees it; see `keys.ts` for the layout. @param seal where more than reports is read */
export function createReconcileTable(client: DynamoDBClient, table: string, seal?: Seal): ReconcileTable {
  const { refusedBy, removed } = createConditionalWrites(client, table);

  async function get(key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true });
    const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
    return Item ? unmarshall(Item) : undefined;
  }

  async function put(row: Record<string, unknown>): Promise<void> {
    const Item = marshall(row, { removeUndefinedValues: true });
    const command = new PutItemCommand({ TableName: table, Item });
    await observed('dynamodb', 'PutItem', (options) => client.send(command, options));
  }

  return {
    async page(limit, from) {
      const command = new ScanCommand({
        TableName: table,
        Limit: limit,
        ExclusiveStartKey: from ? marshall(from) : undefined,
      });
      const output = await observed('dynamodb', 'Scan', (options) => client.send(command, options));
      const items = (output.Items ?? []).map((item) => unmarshall(item));
      const next = output.LastEvaluatedKey ? unmarshall(output.LastEvaluatedKey) : undefined;
      return {
        rows: items.flatMap((item) => toTableRow(item, seal) ?? []),
        examined: items.length,
        ...(next ? { next: { pk: String(next.pk), sk: String(next.sk) } } : {}),
      };
    },

    async user(tenant, subject) {
      const row = await get(profileKey(tenant, subject));
      const found = row ? toTableRow(row) : undefined;
      return found?.kind === 'user' ? (found.user satisfies UserHold) : undefined;
    },

    faces: async (tenant, subject) => (await readUserRows(client, table, tenant, subject, seal)).faces,

    async session(tenant, sessionId) {
      const row = await get(sessionKey(tenant, sessionId));
      return (
        row && {
          ...(row.state ? { state: row.state as SessionState } : {}),
          ...(row.retention ? { retention: row.retention as Kept } : {}),
        }
      );
    },

    async documents(tenant, subject) {
      const rows = await partitionKeys(client, table, userPartition(tenant, subject), 'DOCUMENT#');
      return rows.map(({ sk, expiresOn }) => ({
        hash: sk.slice('DOCUMENT#'.length),
        ...(typeof expiresOn === 'string' ? { expiresOn } : {}),
      }));
    },

    async knownSince(tenant, what, now, remember) {
      const key = seenKey(tenant, what);
      if (!remember) {
        const row = await get(key);
        return row ? Number(row.since) : undefined;
      }
      const command = new UpdateItemCommand({
        TableName: table,
        Key: marshall(key),
        UpdateExpression: 'SET since = if_not_exists(since, :now), expires = :end',
        ExpressionAttributeValues: marshall({
          ':now': now,
          ':end': Math.floor(now / 1_000) + SEEN_FOR_SECONDS,
        }),
        ReturnValues: 'ALL_NEW',
      });
      const { Attributes } = await observed('dynamodb', 'UpdateItem', (options) =>
        client.send(command, options),
      );
      return Number(unmarshall(Attributes ?? {}).since);
    },

    async forget(tenant, what) {
      const command = new DeleteItemCommand({ TableName: table, Key: marshall(seenKey(tenant, what)) });
      await observed('dynamodb', 'DeleteItem', (options) => client.send(command, options));
    },

    async replaceFaceId(tenant, key, generation, gone, face) {
      const refused = await refusedBy({
        Key: marshall(faceRowKey(tenant, key)),
        UpdateExpression: 'SET faces.#generation = :face',
        ConditionExpression: '#state = :active AND faces.#generation.faceId = :gone',
        ExpressionAttributeNames: { '#state': 'state', '#generation': generation },
        ExpressionAttributeValues: marshall({ ':face': face, ':active': 'active', ':gone': gone }),
      });
      return refused === undefined;
    },

    removeFaceRow: (tenant, { subject, faceKey, state, rank }) =>
      removed(
        faceRowKey(tenant, { subject, faceKey }),
        {
          ConditionExpression: '#state = :state AND #rank.sessionId = :session',
          ExpressionAttributeNames: { '#state': 'state', '#rank': 'rank' },
        },
        { ':state': state, ':session': rank.sessionId },
      ),

    removeClaim: ({ at: { pk, sk }, subject, sessionId }) =>
      sessionId === undefined
        ? removed(
            { pk, sk },
            { ConditionExpression: 'subject = :subject OR sk = :subject' },
            { ':subject': subject },
          )
        : removed(
            { pk, sk },
            { ConditionExpression: 'subject = :subject AND sessionId = :session' },
            { ':subject': subject, ':session': sessionId },
          ),

    async saveReport(report) {
      const expires = Math.floor(Date.now() / 1_000) + REPORTS_FOR_SECONDS;
      await put({ pk: REPORTS, sk: String(report.startedAt).padStart(13, '0'), report, expires });
      await put({ pk: REPORTS, sk: LAST, report });
    },

    async lastReport() {
      return (await get({ pk: REPORTS, sk: LAST }))?.report as ReconciliationReport | undefined;
    },
  };
}
