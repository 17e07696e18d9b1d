import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { SESSIONS_INDEX, USER_SESSIONS_INDEX } from '../dynamodb/keys.js';
import type { AwsSettings } from '../settings.js';
import { tableArn } from './arns.js';
import { call, unless, until } from './call.js';
import type { Part } from './part.js';

const key = (partition: string, sort: string): KeySchemaElement[] => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];
const KEY = key('pk', 'sk');
const INDEXES: (GlobalSecondaryIndex & { IndexName: string; KeySchema: KeySchemaElement[] })[] = [
  {
    IndexName: SESSIONS_INDEX,
    KeySchema: key('listKey', 'createdKey'),
    Projection: { ProjectionType: 'ALL' },
  },
  {
    IndexName: USER_SESSIONS_INDEX,
    KeySchema: key('subjectKey', 'createdKey'),
    Projection: { ProjectionType: 'ALL' },
  },
];
const ATTRIBUTES = [
  ...new Set(
    [KEY, ...INDEXES.map(({ KeySchema }) => KeySchema)].flat().map(({ AttributeName }) => AttributeName),
  ),
].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));

/** The table of `dynamodb/keys.ts` with its indexes. */
export function tablePart(client: DynamoDBClient, settings: AwsSettings): Part {
  const { IDV_TABLE: table, IDV_KMS_KEY: kmsKey } = settings;
  const describe = async () => {
    const command = new DescribeTableCommand({ TableName: table });
    const answer = call('dynamodb:DescribeTable', tableArn(settings), () => client.send(command));
    return (await unless(['ResourceNotFoundException'], answer))?.Table;
  };
  const active = () =>
    until(`Building table ${table}`, async () => {
      const found = await describe();
      return found !== undefined && underWay(found) === undefined;
    });

  return {
    name: `table ${table}`,
    async missing() {
      const found = await describe();
      if (!found) return 'does not exist';
      refuseOtherKeys(table, found);
      const absent = absentIndexes(found).map(({ IndexName }) => IndexName);
      if (absent.length > 0) return `has no index ${absent.join(', ')}`;
      return underWay(found);
    },
    async make() {
      if (!(await describe())) {
        const command = new CreateTableCommand({
          TableName: table,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ATTRIBUTES,
          KeySchema: KEY,
          GlobalSecondaryIndexes: INDEXES,
          ...(kmsKey
            ? { SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: kmsKey } }
            : undefined),
        });
        const making = call('dynamodb:CreateTable', tableArn(settings), () => client.send(command));
        await unless(['ResourceInUseException'], making); // somebody else makes it at this moment
      }
      await active();
      for (const index of absentIndexes((await describe()) ?? {})) {
        const command = new UpdateTableCommand({
          TableName: table,
          AttributeDefinitions: ATTRIBUTES,
          GlobalSecondaryIndexUpdates: [{ Create: index }], // one at a time is all that AWS takes
        });
        await call('dynamodb:UpdateTable', tableArn(settings), () => client.send(command));
        await active();
      }
    },
  };
}

function absentIndexes({ GlobalSecondaryIndexes: found = [] }: TableDescription) {
  return INDEXES.filter(({ IndexName }) => !found.some((index) => index.IndexName === IndexName));
}

/** What is not usable yet. */
function underWay({ TableStatus, GlobalSecondaryIndexes = [] }: TableDescription): string | undefined {
  if (TableStatus !== 'ACTIVE') return `is ${TableStatus}`;
  const index = GlobalSecondaryIndexes.find(({ IndexStatus }) => IndexStatus !== 'ACTIVE');
  return index && `index ${index.IndexName} is ${index.IndexStatus}`;
}

/** Keys and projections cannot be changed, and the table may be another program's. */
function refuseOtherKeys(table: string, found: TableDescription): void {
  if (spelled(found.KeySchema) !== spelled(KEY)) {
    throw new Error(
      `has the key ${spelled(found.KeySchema)}, not ${spelled(KEY)}: set IDV_TABLE to another name than ${table}`,
    );
  }
  for (const { IndexName, KeySchema } of INDEXES) {
    const index = found.GlobalSecondaryIndexes?.find((given) => given.IndexName === IndexName);
    const projection = index?.Projection?.ProjectionType;
    if (!index || (spelled(index.KeySchema) === spelled(KeySchema) && projection === 'ALL')) continue;
    throw new Error(
      `index ${IndexName} is ${spelled(index.KeySchema)} with ${projection}, not ${spelled(KeySchema)} with ALL: ` +
        'delete the index and run setup again',
    );
  }
}

const spelled = (schema: KeySchemaElement[] = []) =>
  schema.map(({ AttributeName }) => AttributeName).join(' + ');
