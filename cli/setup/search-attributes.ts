import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import type { Part } from '../../activities/aws/setup/part.js';
import { searchAttributeTypes } from '../../workflows/search-attributes.js';

/** temporal.api.enums.v1.IndexedValueType: INDEXED_VALUE_TYPE_KEYWORD, the only one in use. */
const KEYWORD = 2;
/** https://grpc.io/docs/guides/status-codes/ */
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const LISTED_WITHIN_MS = 10_000;

/** Temporal's custom search attributes, without which no workflow starts. */
export function searchAttributesPart(connection: Connection, namespace: string): Part {
  const absent = async () => {
    const { customAttributes } = await orExplain(
      namespace,
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    const given = customAttributes ?? {};
    for (const [name, type] of Object.entries(given)) {
      if (!(name in searchAttributeTypes) || type === KEYWORD) continue;
      throw new Error(`${name} is there with another type than Keyword: remove it, or use another namespace`);
    }
    return Object.keys(searchAttributeTypes).filter((name) => !(name in given));
  };

  return {
    name: `search attributes of namespace ${namespace}`,
    async missing() {
      const names = await absent();
      return names.length > 0 ? `lacks ${names.join(', ')}` : undefined;
    },
    async make() {
      const searchAttributes = Object.fromEntries((await absent()).map((name) => [name, KEYWORD as 2]));
      await orExplain(
        namespace,
        connection.operatorService.addSearchAttributes({ namespace, searchAttributes }),
      );
      const deadline = Date.now() + LISTED_WITHIN_MS;
      while ((await absent()).length > 0 && Date.now() < deadline) await delay(50);
    },
  };
}

/** Temporal Cloud, and a server with an authorizer, leave this to administrators. */
async function orExplain<T>(namespace: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!isGrpcServiceError(error)) throw error;
    if (error.code !== PERMISSION_DENIED && error.code !== UNIMPLEMENTED) {
      throw new Error(`Temporal does not answer: ${error.details || error.message}`, { cause: error });
    }
    throw new Error(`not allowed. ${byHand(namespace)}`, { cause: error });
  }
}

/** https://docs.temporal.io/cloud/tcld/namespace#search-attributes */
function byHand(namespace: string): string {
  const attributes = Object.entries(searchAttributeTypes);
  const cloud = attributes.map(([name, type]) => `--search-attribute "${name}=${type}"`).join(' ');
  const own = attributes.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
  return (
    `On Temporal Cloud run: tcld namespace search-attributes add --namespace ${namespace} ${cloud} -- ` +
    `elsewhere, as an administrator: temporal operator search-attribute create --namespace ${namespace} ${own}`
  );
}
