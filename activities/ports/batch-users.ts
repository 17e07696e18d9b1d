import type { FaceRecord, IndexedFace, Rank } from '../../domain/face-record.js';
import type { StoredImage } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';

/** A user that a batch job holds to add a face. */
export interface HeldUser {
  /** Faces that count at this moment; none of a user who is new. */
  active: readonly FaceRecord[];
  /** The row of the very face that is to be added, in whatever state but `lost`: such a row is removed. */
  own?: FaceRecord;
}

/**
 * Users as a batch index adds them: as few writes as the law of faces allows. Beside these, everything is done by
 * `UserTable`. Every method throws ApplicationFailure as `FaceIndex` does.
 */
export interface BatchUsers {
  /**
   * Takes the user, known or new, and stores who it is where it is new. One write for a new user. The same holder may take
   * it again. A holder of an hour ago is taken for dead, as `UserTable.reserve` does.
   * @param faceKey of the face that is to be added: what an erasure fences
   */
  hold(
    tenant: Tenant,
    user: { subject: string; userId: string; holder: string; faceKey: string },
  ): Promise<HeldUser | 'busy' | 'erasing'>;
  /**
   * Puts an active row there, unless there is a row: that of an erasure, or of another job.
   * @returns what is there then: this face, or what kept it out
   */
  commit(
    tenant: Tenant,
    face: {
      subject: string;
      faceKey: string;
      rank: Rank;
      /** Where the ledger of the job `rank.sessionId` has the item: so an erasure finds it without a row of its own. */
      chunk: number;
      generation: string;
      face: IndexedFace;
      image: StoredImage;
    },
  ): Promise<FaceRecord>;
}
