import { createRequire } from 'node:module';

/**
 * The parts of dynalite 4.0.0 (https://github.com/architect/dynalite) that the twin uses: parsers, validations and actions.
 * It has no types and no public entry for them, so they are required by path, and the version is pinned exactly. Its store
 * and its HTTP server are not used: the store writes an item and its index entries one by one, and keys an index entry by
 * 24 bits of the item's key; the server ends the process on an unexpected error.
 */
const require = createRequire(import.meta.url);

/** An attribute value of the wire format: one type letter and its value. */
export type AttributeValue = Record<string, unknown>;
export type Item = Record<string, AttributeValue>;
export type Input = Record<string, unknown> & { TableName: string };

interface KeyElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

/** A secondary index as a table's description has it. */
export interface SecondaryIndex {
  IndexName: string;
  KeySchema: KeyElement[];
}

/** A table as it is stored and described. */
export interface Table {
  TableName: string;
  TableArn: string;
  TableStatus: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';
  KeySchema: KeyElement[];
  GlobalSecondaryIndexes?: (SecondaryIndex & { IndexStatus: string })[];
  LocalSecondaryIndexes?: SecondaryIndex[];
  [field: string]: unknown;
}

/** What dynalite throws and calls back with where AWS would answer with an error. */
export interface DynaliteError extends Error {
  statusCode?: number;
  body?: { __type: string; message?: string; Message?: string };
}

export type Callback<T> = (error: Error | null | undefined, result?: T) => void;

/** A key space that an action works on, in the shape that dynalite expects. */
export interface ActionDb {
  lock(key: unknown, task: (release: <F>(callback: F) => F) => void): void;
  get(key: string, callback: Callback<unknown>): void;
  put(key: string, value: unknown, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
  batch(operations: { type: 'put' | 'del'; key: string; value?: unknown }[], callback: Callback<void>): void;
  createKeyStream(range?: KeyRange): unknown;
  createValueStream(range?: KeyRange): unknown;
}

/** Bounds and order of an iteration; a limit of -1 is none. */
export interface KeyRange {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
  limit?: number;
}

/** The store that an action is given. */
export interface ActionStore {
  options: { maxItemSize: number; createTableMs: number; deleteTableMs: number; updateTableMs: number };
  tableDb: ActionDb & { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): ActionDb;
  getIndexDb(type: string, table: string, index: string): ActionDb;
  getTagDb(table: string): ActionDb;
  deleteItemDb(table: string, callback: Callback<void>): void;
  deleteIndexDb(type: string, table: string, index: string, callback: Callback<void>): void;
  deleteTagDb(table: string, callback: Callback<void>): void;
  getTable(name: string, checkStatus: boolean | Callback<Table>, callback?: Callback<Table>): void;
}

type Action = (store: ActionStore, input: Input, callback: Callback<object>) => void;

interface Validation {
  types: object;
  custom?: unknown;
}

interface DynaliteDb {
  createKey(item: Item, table: Table): string;
  validateItem(item: Item, table: Table): Error | undefined;
  validateKey(key: Item, table: Table): Error | undefined;
  validationError(message: string): DynaliteError;
  getIndexActions(
    indexes: SecondaryIndex[],
    before: Item | undefined,
    after: Item | undefined,
    table: Table,
  ): { puts: { index: string; key: string; item: Item }[]; deletes: { index: string; key: string }[] };
}

interface Validations {
  checkTypes(input: object, types: object): Input;
  checkValidations(input: object, types: object, custom: unknown, store: unknown): void;
}

export const dynaliteDb = require('dynalite/db') as DynaliteDb;
const validations = require('dynalite/validations') as Validations;

const OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;

/** An operation that dynalite implements. */
export type DynaliteOperation = (typeof OPERATIONS)[number];

const files = new Map<DynaliteOperation, { action: Action; validation: Validation }>(
  OPERATIONS.map((operation) => {
    const file = `${operation[0]?.toLowerCase()}${operation.slice(1)}`;
    return [
      operation,
      {
        action: require(`dynalite/actions/${file}`) as Action,
        validation: require(`dynalite/validations/${file}`) as Validation,
      },
    ];
  }),
);

/** The action of an operation. */
export function actionOf(operation: DynaliteOperation): Action {
  return known(operation).action;
}

/**
 * `input` without unknown fields, with its expressions parsed into the `_` fields that actions read.
 * Throws a DynaliteError (validation or serialization) when it does not fit. Leaves `input` alone.
 */
export function validInput(operation: DynaliteOperation, input: object, maxItemSize: number): Input {
  const { types, custom } = known(operation).validation;
  try {
    const checked = validations.checkTypes(structuredClone(input), types);
    validations.checkValidations(checked, types, custom, { options: { maxItemSize } });
    return checked;
  } catch (error) {
    if ((error as DynaliteError).body) throw error;
    throw malformed(); // dynalite stumbles over a null or a wrong type where it expects none
  }
}

/** What AWS answers when a field has not the type of the API; a 400, so that no client tries again. */
export function malformed(message = 'Start of structure or map found where not expected.'): DynaliteError {
  return Object.assign(new Error(message), {
    statusCode: 400,
    body: { __type: 'com.amazon.coral.service#SerializationException', Message: message },
  });
}

function known(operation: DynaliteOperation): { action: Action; validation: Validation } {
  const found = files.get(operation);
  if (!found) throw new Error(`dynalite has no ${operation}`);
  return found;
}
