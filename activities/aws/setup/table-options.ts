import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { AwsSettings } from '../settings.js';
import { errorName } from '../to-failure.js';
import { tableArn } from './arns.js';
import { call, until } from './call.js';
import type { Part } from './part.js';

/** Rows carry it in seconds since the epoch; see `dynamodb/session-table.ts`. */
const TTL_ATTRIBUTE = 'expires';

/** What the table has beside its keys: time to live, point-in-time recovery and, where asked for, a KMS key. */
export function tableOptionParts(client: DynamoDBClient, settings: AwsSettings): Part[] {
  return [
    timeToLive(client, settings),
    pointInTimeRecovery(client, settings),
    ...(settings.IDV_KMS_KEY ? [encryption(client, settings, settings.IDV_KMS_KEY)] : []),
  ];
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html */
function timeToLive(client: DynamoDBClient, settings: AwsSettings): Part {
  const TableName = settings.IDV_TABLE;
  return part(`table ${TableName}: time to live`, {
    async missing() {
      const { TimeToLiveDescription: found } = await call(
        'dynamodb:DescribeTimeToLive',
        tableArn(settings),
        () => client.send(new DescribeTimeToLiveCommand({ TableName })),
      );
      if (!['ENABLED', 'ENABLING'].includes(found?.TimeToLiveStatus ?? '')) return 'is off';
      if (found?.AttributeName === TTL_ATTRIBUTE) return undefined;
      throw new Error(`is on "${found?.AttributeName}": switch it off, then run setup again an hour later`);
    },
    async make() {
      const command = new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
      });
      await call('dynamodb:UpdateTimeToLive', tableArn(settings), () => client.send(command));
    },
  });
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html */
function pointInTimeRecovery(client: DynamoDBClient, settings: AwsSettings): Part {
  const TableName = settings.IDV_TABLE;
  return part(`table ${TableName}: point-in-time recovery`, {
    async missing() {
      const { ContinuousBackupsDescription: found } = await call(
        'dynamodb:DescribeContinuousBackups',
        tableArn(settings),
        () => client.send(new DescribeContinuousBackupsCommand({ TableName })),
      );
      const status = found?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
      return status === 'ENABLED' ? undefined : 'is off';
    },
    async make() {
      const command = new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
      await call('dynamodb:UpdateContinuousBackups', tableArn(settings), () => client.send(command));
    },
  });
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html */
function encryption(client: DynamoDBClient, settings: AwsSettings, kmsKey: string): Part {
  const TableName = settings.IDV_TABLE;
  const describe = async () => {
    const command = new DescribeTableCommand({ TableName });
    const { Table } = await call('dynamodb:DescribeTable', tableArn(settings), () => client.send(command));
    return Table;
  };
  return part(`table ${TableName}: encryption with IDV_KMS_KEY`, {
    async missing() {
      const { SSEType, KMSMasterKeyArn = '' } = (await describe())?.SSEDescription ?? {};
      // What an alias stands for, only KMS knows.
      const same = KMSMasterKeyArn.endsWith(kmsKey) || kmsKey.includes('alias/');
      return SSEType === 'KMS' && same ? undefined : `is with ${KMSMasterKeyArn || 'a key that AWS owns'}`;
    },
    async make() {
      const command = new UpdateTableCommand({
        TableName,
        SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: kmsKey },
      });
      await call('dynamodb:UpdateTable', tableArn(settings), () => client.send(command));
      await until(`Encrypting table ${TableName}`, async () => (await describe())?.TableStatus === 'ACTIVE');
    },
  });
}

/** A service without the option, such as a stand-in, answers UnknownOperationException and needs none. */
function part(name: string, { missing, make }: Omit<Part, 'name'>): Part {
  return {
    name,
    async missing() {
      try {
        return await missing();
      } catch (error) {
        if (errorName(error) === 'UnknownOperationException') return undefined;
        if (['ResourceNotFoundException', 'TableNotFoundException'].includes(errorName(error)))
          return 'the table does not exist';
        throw error;
      }
    },
    make,
  };
}
