import type { ImageRef } from '../domain/image-ref.js';
import { capturePrefix } from '../domain/photo-keys.js';
import type { AuthenticationPolicy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import { checkQuality } from './check-quality.js';
import { commitFace } from './commit-face.js';
import { comparePhotos } from './compare-photos.js';
import { displaceFace } from './displace-face.js';
import { checkDocument } from './documents/check-document.js';
import { claimDocument } from './documents/claim-document.js';
import { holdUser } from './hold-user.js';
import { indexFace } from './index-face.js';
import { openSession } from './open-session.js';
import { placeFace } from './place-face.js';
import type { Ports } from './ports.js';
import { readFaces } from './read-faces.js';
import { readLiveness } from './read-liveness.js';
import { recheckDuplicate } from './recheck-duplicate.js';
import { removeFace } from './remove-face.js';
import { replaceFaces } from './replace-faces.js';
import { reserveUser } from './reserve-user.js';
import { saveSession } from './save-session.js';
import { searchDuplicates } from './search-duplicates.js';
import { searchRivals } from './search-rivals.js';
import { searchEveryShard, searchOwnShard } from './search-user.js';
import { settleLiveness } from './settle-liveness.js';
import { startLiveness } from './start-liveness.js';

type Request<F> = F extends (ports: never, request: infer R) => unknown ? R : never;

/** Every activity, over the ports. One object in, one object out. */
export function createActivities(ports: Ports) {
  return {
    openSession: (request: Request<typeof openSession>) => openSession(ports, request),
    saveSession: (request: Request<typeof saveSession>) => saveSession(ports, request),

    startLiveness: (request: Request<typeof startLiveness>) => startLiveness(ports, request),
    readLiveness: (request: Request<typeof readLiveness>) => readLiveness(ports, request),
    discardCapture: async (request: { tenant: Tenant; sessionId: string; captureId: string }) => {
      const { tenant, sessionId, captureId } = request;
      await ports.photoVersions.erase(capturePrefix(tenant, sessionId, captureId));
    },
    settleLiveness: (request: Request<typeof settleLiveness>) => settleLiveness(ports, request),

    checkDocument: (request: Request<typeof checkDocument>) => checkDocument(ports, request),
    claimDocument: (request: Request<typeof claimDocument>) => claimDocument(ports, request),
    releaseDocument: (request: { tenant: Tenant; hash: string; sessionId: string }) =>
      ports.documents.release(request.tenant, request.hash, request.sessionId),

    checkQuality: (request: Request<typeof checkQuality>) => checkQuality(ports.faces, request),
    comparePhotos: (request: Request<typeof comparePhotos>) => comparePhotos(ports.faces, request),
    searchDuplicates: (request: Request<typeof searchDuplicates>) => searchDuplicates(ports, request),
    searchRivals: (request: Request<typeof searchRivals>) => searchRivals(ports, request),
    searchOwnShard: (request: Request<typeof searchOwnShard>) => searchOwnShard(ports, request),
    searchEveryShard: (request: Request<typeof searchEveryShard>) => searchEveryShard(ports, request),
    recheckDuplicate: (request: Request<typeof recheckDuplicate>) => recheckDuplicate(ports, request),

    reserveUser: (request: Request<typeof reserveUser>) => reserveUser(ports, request),
    holdUser: (request: Request<typeof holdUser>) => holdUser(ports, request),
    releaseUser: ({ tenant, subject, sessionId }: { tenant: Tenant; subject: string; sessionId: string }) =>
      ports.users.release(tenant, subject, sessionId),
    placeFace: (request: Request<typeof placeFace>) => placeFace(ports, request),
    withdrawFace: (request: { tenant: Tenant; subject: string; faceKey: string; sessionId: string }) =>
      ports.users.withdrawFace(request.tenant, request, request.sessionId),
    indexFace: (request: Request<typeof indexFace>) => indexFace(ports.faces, request),
    removeFace: (request: Request<typeof removeFace>) => removeFace(ports, request),
    commitFace: (request: Request<typeof commitFace>) => commitFace(ports, request),
    replaceFaces: (request: Request<typeof replaceFaces>) => replaceFaces(ports, request),
    readFaces: (request: Request<typeof readFaces>) => readFaces(ports.users, request),
    displaceFace: (request: Request<typeof displaceFace>) => displaceFace(ports.users, request),

    promotePhoto: ({ from, to }: { from: ImageRef; to: ImageRef }) => ports.photos.copy(from, to),
    discardPhotos: ({ photos }: { photos: readonly ImageRef[] }) => ports.photos.remove(photos),

    async countAttempt(request: {
      tenant: Tenant;
      subject: string;
      sessionId: string;
      /** Of the session's attempts; a repeat of the same attempt counts once. */
      number: number;
      lockout: AuthenticationPolicy['lockout'];
    }) {
      const { tenant, subject, sessionId, number, lockout } = request;
      return { locked: await ports.users.countAttempt(tenant, subject, `${sessionId}#${number}`, lockout) };
    },
  };
}

/** What a worker registers and workflows call by name. */
export type Activities = ReturnType<typeof createActivities>;
