import { defineSearchAttributeKey } from '@temporalio/common';

/** For operators only: lists in the API come from rows. Never encrypted, so nothing personal may go in. */
export const searchAttributes = {
  flow: defineSearchAttributeKey('Flow', 'KEYWORD'),
  status: defineSearchAttributeKey('Status', 'KEYWORD'),
  reason: defineSearchAttributeKey('Reason', 'KEYWORD'),
  check: defineSearchAttributeKey('Check', 'KEYWORD'),
  escalated: defineSearchAttributeKey('Escalated', 'KEYWORD'),
  account: defineSearchAttributeKey('Account', 'KEYWORD'),
  mode: defineSearchAttributeKey('Mode', 'KEYWORD'),
} as const;

/** Name and type of each, as `temporal operator search-attribute create` wants them. */
export const searchAttributeTypes: Readonly<Record<string, 'Keyword'>> = Object.fromEntries(
  Object.values(searchAttributes).map(({ name }) => [name, 'Keyword' as const]),
);
