import type { Connection } from '@temporalio/client';

/** Custom search attributes: name → type, as the Temporal CLI spells types. */
export type SearchAttributes = Readonly<Record<string, 'Keyword' | 'Text' | 'Int' | 'Datetime' | 'Bool'>>;

/** temporal.api.enums.v1.IndexedValueType */
const INDEXED_VALUE_TYPE = { Text: 1, Keyword: 2, Int: 3, Bool: 5, Datetime: 6 } as const;

/** Registers those of `attributes` that the namespace does not have yet; it may be older than an attribute. */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
  attributes: SearchAttributes,
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(attributes).filter(([name]) => !(name in (customAttributes ?? {})));
  await addSearchAttributes(connection, namespace, Object.fromEntries(missing));
}

/**
 * Registers `attributes`, none of which the namespace may have yet. The time-skipping server, which refuses workflows
 * with unknown ones, cannot list them, so that {@link ensureSearchAttributes} does not work there.
 */
export async function addSearchAttributes(
  connection: Connection,
  namespace: string,
  attributes: SearchAttributes,
): Promise<void> {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(entries.map(([name, type]) => [name, INDEXED_VALUE_TYPE[type]])),
  });
}
