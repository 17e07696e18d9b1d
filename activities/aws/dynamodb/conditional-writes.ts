import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { observed } from '../observe.js';

/** Name of the error by which DynamoDB refuses a write whose condition does not hold (API reference). */
export const REFUSED = ['ConditionalCheckFailedException'];

/** What a write met: the row as it was before, undefined where there was none, or the row that refused it, `{}` likewise. */
export type Taken = { before?: Record<string, unknown> } | { refused: Record<string, unknown> };

type Update = Omit<
  UpdateItemCommandInput,
  'TableName' | 'ReturnValues' | 'ReturnValuesOnConditionCheckFailure'
>;

/** Writes to one row that happen only where a condition holds. */
export interface ConditionalWrites {
  /** One conditional write, and what it met. */
  taken(update: Update): Promise<Taken>;
  /** One conditional write. Undefined when it happened, else the row that refused it, `{}` where there is none. */
  refusedBy(update: Update): Promise<Record<string, unknown> | undefined>;
  /** As `refusedBy`, of a whole row: what was there is replaced. */
  putIf(
    row: { pk: string; sk: string } & Record<string, unknown>,
    condition: Pick<PutItemCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames'>,
    values?: Record<string, unknown>,
  ): Promise<Record<string, unknown> | undefined>;
  /** Removes a row; one that does not meet the condition is somebody else's now, and left. */
  deleteIf(
    key: Record<string, string>,
    condition: Pick<DeleteItemCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames'>,
    values: Record<string, unknown>,
  ): Promise<void>;
  /** As `deleteIf`; says whether the row was there, met the condition and is gone. */
  removed(...args: Parameters<ConditionalWrites['deleteIf']>): Promise<boolean>;
}

/** Conditional writes to `table`. All throw ApplicationFailure of `toFailure`. */
export function createConditionalWrites(client: DynamoDBClient, table: string): ConditionalWrites {
  async function send(update: Omit<UpdateItemCommandInput, 'TableName'>): Promise<Taken> {
    const command = new UpdateItemCommand({
      ...update,
      TableName: table,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      const { Attributes } = await observed(
        'dynamodb',
        'UpdateItem',
        (options) => client.send(command, options),
        REFUSED,
      );
      return Attributes ? { before: unmarshall(Attributes) } : {};
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { refused: error.Item ? unmarshall(error.Item) : {} };
    }
  }

  const writes: ConditionalWrites = {
    taken: (update) => send({ ...update, ReturnValues: 'ALL_OLD' }),

    async refusedBy(update) {
      const taken = await send(update);
      return 'refused' in taken ? taken.refused : undefined;
    },

    async putIf(row, condition, values) {
      const command = new PutItemCommand({
        ...condition,
        TableName: table,
        Item: marshall(row, { removeUndefinedValues: true }),
        ExpressionAttributeValues: values && marshall(values),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      try {
        await observed('dynamodb', 'PutItem', (options) => client.send(command, options), REFUSED);
        return undefined;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return error.Item ? unmarshall(error.Item) : {};
        throw error;
      }
    },

    async deleteIf(key, condition, values) {
      await writes.removed(key, condition, values);
    },

    async removed(key, condition, values) {
      const command = new DeleteItemCommand({
        ...condition,
        TableName: table,
        Key: marshall(key),
        ExpressionAttributeValues: marshall(values),
      });
      try {
        await observed('dynamodb', 'DeleteItem', (options) => client.send(command, options), REFUSED);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
  return writes;
}
