import type { FaceRecord, FaceState } from '../../domain/face-record.js';
import { type Overrides, passed } from './fake-activities.js';
import { photoRef } from './session-fixtures.js';

/** Another face of the same person, as a search returns it. */
export const rival = { subject: 'rival222222222222222222222', faceKey: 'rival', faceId: 'rival-face' };

/** The rival is found where the new face is. */
export const metRival: NonNullable<Overrides['searchRivals']> = async ({ only }) => ({
  seen: only !== undefined,
  rivals: only ? [rival] : [],
  result: passed('duplicate'),
});

/** The rival's row; `minutes` after the session's own row in line, so negative is ahead of it. */
export type RivalRow = (state: FaceState, minutes: number) => FaceRecord;

/**
 * Meets a rival; `rows` says what its row is whenever rows are read, from the first time on. Ranks are near the
 * session's own, whatever time the server has skipped to: one that is far away would be abandoned.
 */
export function meets(rows: (row: RivalRow, nth: number) => FaceRecord[]): Overrides {
  let own = 0;
  const row: RivalRow = (state, minutes) => ({
    subject: rival.subject,
    faceKey: rival.faceKey,
    state,
    rank: { startedAt: own + minutes * 60_000, sessionId: 'rival' },
    faces: { '1': { faceId: rival.faceId, collection: 'collection', faceModelVersion: '7.0' } },
    image: photoRef('selfie'),
  });
  return {
    searchRivals: metRival,
    placeFace: async (_request, happy) => {
      const placed = await happy();
      own = placed.rank.startedAt;
      return placed;
    },
    readFaces: async (_request, _happy, nth) => ({ rows: rows(row, nth) }),
  };
}
