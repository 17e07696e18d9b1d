import assert from 'node:assert/strict';
import { type DescribeTableCommand, type DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { awsSettings } from '../../../../activities/aws/settings.js';
import { tablePart } from '../../../../activities/aws/setup/table.js';

describe('a table that lacks indexes', () => {
  it('gets them one at a time, each awaited, as DynamoDB wants it', async () => {
    const made: string[] = [];
    let building = 0;
    const send = async (command: DescribeTableCommand | UpdateTableCommand) => {
      if (command instanceof UpdateTableCommand) {
        assert.equal(building, 0, 'the one before is still being built');
        const [change, ...others] = command.input.GlobalSecondaryIndexUpdates ?? [];
        assert.deepEqual(others, []);
        made.push(change?.Create?.IndexName as string);
        building = 2;
        return {};
      }
      const status = building > 0 && building-- > 0 ? 'CREATING' : 'ACTIVE';
      const GlobalSecondaryIndexes = made.map((IndexName) => ({
        IndexName,
        IndexStatus: IndexName === made.at(-1) ? status : 'ACTIVE',
        KeySchema: [
          { AttributeName: IndexName === 'sessions' ? 'listKey' : 'subjectKey' },
          { AttributeName: 'createdKey' },
        ],
        Projection: { ProjectionType: 'ALL' },
      }));
      const KeySchema = [{ AttributeName: 'pk' }, { AttributeName: 'sk' }];
      return { Table: { TableStatus: 'ACTIVE', KeySchema, GlobalSecondaryIndexes } };
    };
    const part = tablePart({ send } as unknown as DynamoDBClient, awsSettings({}));
    assert.equal(await part.missing(), 'has no index sessions, user-sessions');
    await part.make();
    assert.deepEqual(made, ['sessions', 'user-sessions']);
    assert.equal(await part.missing(), undefined);
  });
});
