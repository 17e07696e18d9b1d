import assert from 'node:assert/strict';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { chunkPartition } from '../../../activities/aws/dynamodb/batch-keys.js';
import { splitSource } from '../../../activities/batch/split-source.js';
import { renderItem } from '../../../api/render-batch-job.js';
import { itemCsvRow } from '../../../domain/batch/items-csv.js';
import type { BatchSource } from '../../../domain/batch/source.js';
import { type OnTwin, onTwin } from '../support/on-twin.js';
import { picture, unreadable } from '../support/pictures.js';
import { chunkWorld } from './chunk-world.js';

describe('what a manifest says beside keys and users', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });

  it('is kept with each photo, sealed, shown in lists, and forgotten with the user', async () => {
    const world = await chunkWorld(aws, { 'a.jpg': picture('anna'), 'b.jpg': unreadable });
    const { tenant, bucket, prefix } = world;
    const key = `${prefix}list.csv`;
    const lines = ['key,user_id,department', `${prefix}a.jpg,u1,secret-a`, `${prefix}b.jpg,u2,secret-b`];
    await aws.ports.photos.put({ bucket, key }, new TextEncoder().encode(lines.join('\n')), 'text/csv');
    const columns = { key: 'key', userId: 'user_id' };
    const source: BatchSource = { kind: 'manifest', bucket, key, format: 'csv', columns };
    const { chunks } = await splitSource(aws.ports, { tenant, source, chunkItems: 10, chunks: 1 });
    const range = chunks[0]?.range;
    assert.ok(range);
    await world.index('bj_a', { spec: world.spec({ source }), range });

    const items = (await world.ledger('bj_a')).toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    assert.deepEqual(
      items.map(({ status, attributes }) => [status, attributes?.department]),
      [
        ['indexed', 'secret-a'],
        ['rejected', 'secret-b'],
      ],
    );
    const [first] = items;
    assert.ok(first);
    assert.deepEqual(renderItem(first).attributes, { department: 'secret-a' });
    assert.match(itemCsvRow(first), /"\{""department"":""secret-a""\}"/);

    const query = new QueryCommand({
      TableName: aws.settings.IDV_TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: chunkPartition(tenant, 'bj_a', 0) } },
    });
    const { Items = [] } = await aws.clients.dynamodb.send(query);
    assert.equal(Items.length, 1 + 2);
    const stored = Items.map(
      (row) => JSON.stringify(row) + Buffer.from(row.sealed?.B ?? []).toString('latin1'),
    );
    assert.ok(!stored.join().includes('secret'), 'nobody reads it in the table');

    await aws.ports.batches.forgetSubject(tenant, aws.ports.subjectOf(tenant, 'u1'));
    const left = (await world.ledger('bj_a')).flatMap(({ attributes }) => attributes?.department ?? []);
    assert.deepEqual(left, ['secret-b']);
  });
});
