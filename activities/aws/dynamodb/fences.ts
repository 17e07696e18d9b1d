import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { FaceState } from '../../../domain/face-record.js';
import type { Tenant } from '../../../domain/session.js';
import { createConditionalWrites } from './conditional-writes.js';
import { faceRowKey } from './keys.js';
import { readUserRows } from './user-rows.js';

/**
 * Keeps a session from committing a face, for good: a row of it that stands in line becomes `state`, and where there is
 * none yet one of that state takes its place, which `placeFace` finds there. What commits is the conditional write
 * `tentative` to `active` of that very row, so whichever of the two writes comes first decides; nothing is read before.
 * The session's own undo removes the row.
 */
export function createFences(client: DynamoDBClient, table: string) {
  const { refusedBy, putIf } = createConditionalWrites(client, table);
  return {
    async fence(
      tenant: Tenant,
      subject: string,
      holder: { busy?: unknown; busyKey?: unknown; busySince?: unknown },
      state: FaceState,
    ): Promise<void> {
      const { busy, busyKey, busySince } = holder;
      if (busy && busyKey) {
        const faceKey = String(busyKey);
        const rank = { startedAt: Number(busySince ?? 0), sessionId: String(busy) };
        const row = { ...faceRowKey(tenant, { subject, faceKey }), subject, faceKey, state, rank };
        await putIf(
          { ...row, faces: {}, fenced: true },
          {
            // That of a batch job may be there since an earlier erasure; whoever holds the user now is named by this one.
            ConditionExpression:
              'attribute_not_exists(pk) OR (fenced = :true AND begins_with(#rank.sessionId, :batch))',
            ExpressionAttributeNames: { '#rank': 'rank' },
          },
          { ':true': true, ':batch': 'bj_' },
        );
      }
      const { faces } = await readUserRows(client, table, tenant, subject);
      for (const face of faces) {
        if (face.state !== 'tentative' || face.rank.sessionId !== busy) continue;
        await refusedBy({
          Key: marshall(faceRowKey(tenant, face)),
          UpdateExpression: 'SET #state = :state, fenced = :fenced',
          ConditionExpression: '#state = :tentative AND #rank.sessionId = :session',
          ExpressionAttributeNames: { '#state': 'state', '#rank': 'rank' },
          ExpressionAttributeValues: marshall({
            ':state': state,
            ':fenced': true,
            ':tentative': 'tentative',
            ':session': busy,
          }),
        });
      }
    },
  };
}
