import { createHmac } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { plainNumber } from '../../../domain/document.js';
import type { Tenant } from '../../../domain/session.js';
import type { DocumentOwner, DocumentTable } from '../../ports/document-table.js';
import { deleteRows, putRows } from './batch-write.js';
import { createConditionalWrites } from './conditional-writes.js';
import { documentKey, expiringKey, userDocumentKey } from './keys.js';
import type { Seal } from './seal.js';

/** 16 bytes: nobody finds two numbers of one hash, and nobody without the key finds the number of one. */
const HASH_LENGTH = 32;

/**
 * Documents in DynamoDB; see `keys.ts` for the layout.
 * @param key `IDV_PSEUDONYM_KEY`: as permanent as the pseudonyms
 */
export function createDocumentTable(
  client: DynamoDBClient,
  table: string,
  seal: Seal,
  key: Uint8Array,
): DocumentTable {
  const { putIf, deleteIf } = createConditionalWrites(client, table);

  const claimRow = (tenant: Tenant, hash: string, { subject, sessionId }: DocumentOwner) => ({
    ...documentKey(tenant, hash),
    subject,
    sessionId,
    at: Date.now(),
  });

  return {
    hashOf({ account, mode }, { birthDate, documentNumber }) {
      const number = plainNumber(documentNumber ?? '');
      if (number === '' || birthDate === undefined) return undefined;
      return createHmac('sha256', key)
        .update(JSON.stringify([account, mode, 'document', number, birthDate]))
        .digest('hex')
        .slice(0, HASH_LENGTH);
    },

    async claim(tenant, hash, owner) {
      const refused = await putIf(
        claimRow(tenant, hash, owner),
        { ConditionExpression: 'attribute_not_exists(pk) OR subject = :subject' },
        { ':subject': owner.subject },
      );
      return refused && { subject: String(refused.subject), sessionId: String(refused.sessionId) };
    },

    async takeOver(tenant, hash, owner, from) {
      const refused = await putIf(
        claimRow(tenant, hash, owner),
        {
          ConditionExpression:
            'attribute_not_exists(pk) OR subject = :own OR (subject = :subject AND sessionId = :session)',
        },
        { ':own': owner.subject, ':subject': from.subject, ':session': from.sessionId },
      );
      return refused === undefined;
    },

    release: (tenant, hash, sessionId) =>
      deleteIf(
        documentKey(tenant, hash),
        { ConditionExpression: 'sessionId = :session' },
        { ':session': sessionId },
      ),

    async store(tenant, subject, { hash, fields }) {
      const row = userDocumentKey(tenant, subject, hash);
      const { expiresOn } = fields;
      // The days first: who finds the user's row, finds that one as well.
      if (expiresOn) await putRows(client, table, [{ ...expiringKey(tenant, expiresOn, subject), hash }]);
      const sealed = seal.close(fields, `${row.pk}#${row.sk}`);
      await putRows(client, table, [{ ...row, sealed, expiresOn }]);
    },

    async forget(tenant, subject, { hash, fields: { expiresOn } }) {
      await deleteRows(client, table, [
        userDocumentKey(tenant, subject, hash),
        ...(expiresOn ? [expiringKey(tenant, expiresOn, subject)] : []),
      ]);
    },
  };
}
