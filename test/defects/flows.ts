import type { Face } from '@aws-sdk/client-rekognition';
import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { base64, type Reply } from '../support/caller.js';
import type { Account } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';

/** The flows of the account's users, one request each; a photo as bytes, or as the API takes it otherwise. */
export function flowsOf({ test }: Account) {
  const begin =
    (flow: string) =>
    (user_id: string | undefined, selfie: unknown, more: object = {}): Promise<Reply> =>
      test(
        'POST',
        SESSIONS,
        { flow, user_id, selfie: selfie instanceof Uint8Array ? base64(selfie) : selfie, ...more },
        { prefer: 'wait=60' },
      );
  return { register: begin('registration'), login: begin('authentication'), update: begin('photo_update') };
}

/** What an answer comes to: its status, and the reason if there is one. */
export function outcome({ body }: Reply): [status: string, reason: string | null] {
  return [body.status, body.last_error?.code ?? body.code ?? null];
}

/** The account's collection of test users in one of the two shards. */
export function collectionOf({ tenant }: Account, shard: string): string {
  return `idv-${tenant.account}-${tenant.mode}-${shard}-g1`;
}

/** Every face in the account's collections of test users, as Rekognition lists it. */
export async function collected(account: Account): Promise<(Face & { shard: string })[]> {
  const { rekognition, destroy } = createAwsClients(awsSettings({}));
  const lists = await Promise.all(
    ['s0', 's1'].map(async (shard) => {
      const { Faces = [] } = await rekognition.send(
        new ListFacesCommand({ CollectionId: collectionOf(account, shard) }),
      );
      return Faces.map((face) => ({ ...face, shard }));
    }),
  );
  destroy();
  return lists.flat();
}
