import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { firstHolder } from '../../../domain/batch/holder.js';
import type { Tenant } from '../../../domain/session.js';
import type { Profile, UserTable } from '../../ports.js';
import { createConditionalWrites } from './conditional-writes.js';
import { createFences } from './fences.js';
import { profileKey } from './keys.js';
import type { Seal } from './seal.js';
import { takeUser } from './take-user.js';
import { readUserRows } from './user-rows.js';

/** One session at a time may register or change a user: the part of the user table that holds and lets go. */
export function createReservations(
  client: DynamoDBClient,
  table: string,
  seal: Seal,
): Pick<UserTable, 'reserve' | 'hold' | 'settle' | 'release'> {
  const { taken, refusedBy, deleteIf } = createConditionalWrites(client, table);
  const { fence } = createFences(client, table);

  /** Puts the session on the user's row, if nobody else is there, only `from`, or only somebody who is long gone. */
  async function take(
    tenant: Tenant,
    subject: string,
    { sessionId, faceKey, from }: { sessionId: string; faceKey?: string | undefined; from?: string },
  ): Promise<'taken' | 'busy' | 'erasing'> {
    const held = await takeUser({
      take: (condition, values) =>
        taken({
          Key: marshall(profileKey(tenant, subject)),
          UpdateExpression: [
            'SET busy = :session, busySince = :now, createdAt = if_not_exists(createdAt, :now)',
            faceKey ? ', busyKey = :key' : ' REMOVE busyKey',
            ' ADD version :one',
          ].join(''),
          ConditionExpression: `attribute_not_exists(erasing) AND (${condition})`,
          ExpressionAttributeValues: marshall({
            ':session': sessionId,
            ':now': Date.now(),
            ':one': 1,
            ...(faceKey ? { ':key': faceKey } : {}),
            ...values,
          }),
        }),
      free: from
        ? ['attribute_not_exists(busy) OR busy IN (:session, :from)', { ':from': from }]
        : ['attribute_not_exists(busy) OR busy = :session', {}],
      fence: (holder) => fence(tenant, subject, holder, 'lost'),
    });
    return typeof held === 'string' ? held : 'taken';
  }

  async function settle(...[tenant, subject, sessionId]: Parameters<UserTable['settle']>): Promise<void> {
    await refusedBy({
      Key: marshall(profileKey(tenant, subject)),
      UpdateExpression: 'REMOVE busy, busySince, busyKey ADD version :one',
      ConditionExpression: 'busy BETWEEN :first AND :session',
      ExpressionAttributeValues: marshall({
        ':first': firstHolder(sessionId),
        ':session': sessionId,
        ':one': 1,
      }),
    });
  }

  async function release(...[tenant, subject, sessionId]: Parameters<UserTable['release']>): Promise<void> {
    await settle(tenant, subject, sessionId);
    const { profile, faces } = await readUserRows(client, table, tenant, subject);
    if (!profile || profile.busy || profile.erasing || faces.some((face) => face.state === 'active')) return;
    // The version tells whether anybody held the user since we looked.
    const unchanged = { ConditionExpression: 'version = :version' };
    await deleteIf(profileKey(tenant, subject), unchanged, { ':version': profile.version });
  }

  return {
    async reserve(tenant, subject, sessionId, { faceKey, ...person }) {
      const key = profileKey(tenant, subject);
      const taken = await take(tenant, subject, { sessionId, faceKey });
      if (taken === 'erasing') return 'erasing';
      // Only now: a user who became active before we held the row must not be registered again.
      const { faces } = await readUserRows(client, table, tenant, subject);
      const active = faces.filter((face) => face.state === 'active');
      if (taken === 'busy') return active.length > 0 ? 'exists' : 'busy';
      if (active.some((face) => face.rank.sessionId !== sessionId)) {
        await settle(tenant, subject, sessionId);
        return 'exists';
      }
      const refused = await refusedBy({
        Key: marshall(key),
        UpdateExpression: 'SET sealed = :sealed',
        ConditionExpression: 'busy = :session AND attribute_not_exists(erasing)',
        ExpressionAttributeValues: marshall({
          ':sealed': seal.close(withoutUndefined(person), key.pk),
          ':session': sessionId,
        }),
      });
      if (!refused) return 'reserved';
      return refused.erasing ? 'erasing' : 'busy';
    },

    async hold(tenant, subject, sessionId, faceKey) {
      const readActive = async () => {
        const { profile, faces } = await readUserRows(client, table, tenant, subject);
        const active = faces.filter((face) => face.state === 'active');
        return { holder: profile?.busy ? String(profile.busy) : '', active };
      };
      let taken = await take(tenant, subject, { sessionId, faceKey });
      let { holder, active } = await readActive();
      if (taken === 'busy' && active.some(({ rank }) => rank.sessionId === holder)) {
        taken = await take(tenant, subject, { sessionId, faceKey, from: holder });
        ({ active } = await readActive());
      }
      if (taken !== 'taken') return taken;
      const others = active.filter(({ rank }) => rank.sessionId !== sessionId);
      if (others.length > 0) return { active: others.map((face) => face.faceKey) };
      await release(tenant, subject, sessionId);
      return 'not_found';
    },

    settle,
    release,
  };
}

function withoutUndefined(person: { userId: string; profile?: Profile }) {
  return person.profile ? person : { userId: person.userId };
}
