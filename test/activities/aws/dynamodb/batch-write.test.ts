import assert from 'node:assert/strict';
import type { BatchWriteItemCommand, DynamoDBClient, WriteRequest } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { moveRows } from '../../../../activities/aws/dynamodb/batch-write.js';

describe('rows that are moved', () => {
  const keyOf = ({ PutRequest, DeleteRequest }: WriteRequest): string =>
    unmarshall(PutRequest?.Item ?? DeleteRequest?.Key ?? {}).sk;

  /** A table that takes part of every call, the last of it first. @param note told of each request that it takes */
  function reluctant(note: (request: WriteRequest) => void): DynamoDBClient {
    const send = async ({ input }: BatchWriteItemCommand) => {
      const wanted = Object.values(input.RequestItems ?? {}).flat();
      assert.ok(wanted.length > 0 && wanted.length <= 25, `${wanted.length} rows in a call`);
      assert.equal(new Set(wanted.map(keyOf)).size, wanted.length, 'no two of one key');
      const left = wanted.slice(0, Math.floor(wanted.length / 2));
      wanted.slice(left.length).forEach(note);
      return { UnprocessedItems: left.length > 0 ? { t: left } : {} };
    };
    return { send } as unknown as DynamoDBClient;
  }
  const key = (sk: string) => ({ pk: 'p', sk });

  it('are written before anything is removed, however little of a call DynamoDB takes', async () => {
    const taken: string[] = [];
    const client = reluctant((request) =>
      taken.push(`${request.PutRequest ? 'put' : 'delete'} ${keyOf(request)}`),
    );
    const moved = Array.from({ length: 30 }, (_, n) => ({
      row: key(`new${n}`),
      from: [key(`old${n}`), key(`way${n}`)],
    }));
    await moveRows(client, 't', moved);
    const firstDelete = taken.findIndex((each) => each.startsWith('delete'));
    assert.equal(firstDelete, 30);
    assert.ok(taken.slice(firstDelete).every((each) => each.startsWith('delete')));
    assert.equal(new Set(taken).size, 90);
  });

  it('are not removed where another one is written in their place', async () => {
    const taken: string[] = [];
    const client = reluctant((request) => taken.push(keyOf(request)));
    await moveRows(client, 't', [
      { row: key('b'), from: [key('a')] },
      { row: key('c'), from: [key('b'), key('a')] },
    ]);
    assert.deepEqual(taken, ['c', 'b', 'a']);
  });
});
