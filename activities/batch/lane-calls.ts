import type { ChunkResult, LanePace } from '../../domain/batch/chunk.js';
import type { BatchApi } from '../../domain/batch/job.js';
import { beginTurns, concurrencyAllowed, noteAnswer, paceAfter, takeTurn } from '../../domain/batch/pace.js';
import { failures } from '../../workflows/failures.js';
import { failureType } from '../failure-type.js';
import type { FaceIndex } from '../ports.js';
import type { Clock } from './clock.js';
import type { Carried } from './spent.js';

/** The calls of a chunk to Rekognition, each in the lane's turn, counted, and slower where they are throttled. */
export interface LaneCalls {
  faces: Pick<FaceIndex, 'detectFaces' | 'indexPhoto' | 'searchByFace' | 'searchByImage' | 'deleteFaces'>;
  /** Throttling of something else than Rekognition slows the lane down as well. */
  noteThrottle(): void;
  /** Of so many at once, how many may be under way now. */
  atOnce(concurrency: number): number;
  /** Up to now, earlier tries included. */
  made(): Pick<ChunkResult, 'calls' | 'throttled' | 'pace'>;
}

/** @param carried by earlier tries, which have learnt how fast the lane may be */
export function createLaneCalls(
  faces: FaceIndex,
  pace: LanePace,
  { now, sleep }: Clock,
  carried?: Carried,
): LaneCalls {
  let turns = beginTurns({ ...pace, ...carried?.pace }, now());
  const calls: Partial<Record<BatchApi, number>> = { ...carried?.calls };
  let throttled = carried?.throttled ?? 0;

  async function call<T>(api: BatchApi, send: () => Promise<T>): Promise<T> {
    // What a job rests from, its undo needs all the same.
    if (turns.rates[api] !== 0) {
      const turn = takeTurn(turns, api, now());
      turns = turn.turns;
      const wait = turn.at - now();
      if (wait > 0) await sleep(wait);
    }
    const count = () => {
      calls[api] = (calls[api] ?? 0) + 1;
    };
    try {
      const answer = await send();
      count();
      turns = noteAnswer(turns, false, now());
      return answer;
    } catch (error) {
      const isThrottle = failureType(error) === failures.throttled;
      if (isThrottle) throttled++;
      else count(); // it may have been done, and be paid for
      turns = noteAnswer(turns, isThrottle, now());
      throw error;
    }
  }

  return {
    faces: {
      detectFaces: (request) => call('DetectFaces', () => faces.detectFaces(request)),
      indexPhoto: (request) => call('IndexFaces', () => faces.indexPhoto(request)),
      searchByFace: (request) => call('SearchFaces', () => faces.searchByFace(request)),
      searchByImage: (request) => call('SearchFacesByImage', () => faces.searchByImage(request)),
      deleteFaces: async (request) =>
        request.faceIds.length > 0 ? call('DeleteFaces', () => faces.deleteFaces(request)) : 0,
    },
    noteThrottle() {
      turns = noteAnswer(turns, true, now());
    },
    atOnce: (concurrency) => concurrencyAllowed(concurrency, turns.allowed),
    made: () => ({ calls: { ...calls }, throttled, pace: paceAfter(turns, now()) }),
  };
}
