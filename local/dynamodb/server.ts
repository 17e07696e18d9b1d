import type { RequestListener } from 'node:http';
import { type Faults, ServiceFault } from '../faults.js';
import { faultWith, type JsonObject, jsonHandler } from '../http/json-service.js';
import type { Credentials } from '../sigv4.js';
import { type Database, openDatabase } from './database.js';
import type { DynaliteError } from './dynalite.js';
import { batchWrite, read, write } from './items.js';
import * as tables from './tables.js';
import * as tags from './tags.js';
import * as timeToLive from './time-to-live.js';

/** The DynamoDB twin: a request handler over its own LevelDB. */
export interface DynamoDb {
  handler: RequestListener;
  close(): Promise<void>;
}

/** The service refuses longer requests: 16 MB is the limit of a batch write. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

type Operation = (database: Database, input: never) => Promise<object>;

/** No transactions, streams, PartiQL or backups: the product uses none, and what is not here is UnknownOperationException. */
const OPERATIONS: Record<string, Operation> = {
  BatchGetItem: (database, input) => read(database, 'BatchGetItem', input),
  BatchWriteItem: batchWrite,
  CreateTable: tables.createTable,
  DeleteItem: (database, input) => write(database, 'DeleteItem', input),
  DeleteTable: tables.deleteTable,
  DescribeTable: tables.describeTable,
  DescribeTimeToLive: timeToLive.describeTimeToLive,
  GetItem: (database, input) => read(database, 'GetItem', input),
  ListTables: tables.listTables,
  ListTagsOfResource: tags.listTagsOfResource,
  PutItem: (database, input) => write(database, 'PutItem', input),
  Query: (database, input) => read(database, 'Query', input),
  Scan: (database, input) => read(database, 'Scan', input),
  TagResource: tags.tagResource,
  UntagResource: tags.untagResource,
  UpdateItem: (database, input) => write(database, 'UpdateItem', input),
  UpdateTable: tables.updateTable,
  UpdateTimeToLive: timeToLive.updateTimeToLive,
};

/**
 * A DynamoDB that an unmodified SDK or CLI can talk to. Acknowledged writes survive the death of the process.
 * Throws when `directory` cannot be opened.
 */
export async function createDynamoDb(options: {
  directory: string;
  credentials: Credentials;
  faults: Faults;
}): Promise<DynamoDb> {
  const database = await openDatabase(options.directory);
  const handler = jsonHandler(
    {
      name: 'dynamodb',
      target: 'DynamoDB_20120810',
      contentType: 'application/x-amz-json-1.0',
      maxBodyBytes: MAX_BODY_BYTES,
      operation(name) {
        const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
        return operation && ((input: JsonObject) => withOurErrors(operation(database, input as never)));
      },
      errorType,
    },
    options,
  );
  return { handler, close: database.close };
}

async function withOurErrors(work: Promise<object>): Promise<object> {
  try {
    return await work;
  } catch (error) {
    const { body, statusCode = 400 } = error as DynaliteError;
    if (!body) throw error;
    const { __type: type, message, Message, ...fields } = body;
    throw faultWith(
      new ServiceFault(type.split('#')[1] ?? type, statusCode, message ?? Message ?? ''),
      fields,
    );
  }
}

const CORAL_SERVICE = new Set([
  'AccessDeniedException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);

/** The namespaces as DynamoDB sends them; SDKs drop them, other clients may look. */
function errorType(name: string): string {
  if (name === 'ValidationException') return `com.amazon.coral.validate#${name}`;
  if (CORAL_SERVICE.has(name)) return `com.amazon.coral.service#${name}`;
  return `com.amazonaws.dynamodb.v20120810#${name}`;
}
