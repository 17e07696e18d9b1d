import { type Arena, SEGMENT_VECTORS } from './arena.js';
import { VECTOR_BYTES } from './dot-kernel.js';
import { dequantise, quantise } from './quantise.js';
import type { Hit } from './scan.js';
import type { Scanner } from './scanner.js';

/** The vectors of one collection, by slot number. */
export interface VectorTable {
  /** Stores a vector of length one; answers its slot. */
  add(vector: Float32Array): number;
  remove(slot: number): void;
  /** What was stored, but for rounding. */
  get(slot: number): Float32Array;
  /** Best first; cosines from `minimum` up. */
  search(query: Float32Array, minimum: number, limit: number): Promise<Hit[]>;
  /** Gives the memory back. */
  free(): void;
}

/** An empty table. */
export function createVectorTable(arena: Arena, scanner: Scanner): VectorTable {
  const segments: number[] = [];
  const vacant: number[] = [];
  let count = 0;
  let searches = 0;
  let freed = false;

  const addressOf = (slot: number): number =>
    (segments[Math.floor(slot / SEGMENT_VECTORS)] as number) + (slot % SEGMENT_VECTORS) * VECTOR_BYTES;

  const giveBack = (): void => {
    for (const address of segments.splice(0)) arena.freeSegment(address);
  };

  return {
    add(vector) {
      // A slot is not used again under a running search, which would name the new face for the old one's hit.
      const reused = searches === 0 ? vacant.pop() : undefined;
      const slot = reused ?? count;
      if (slot === segments.length * SEGMENT_VECTORS) segments.push(arena.takeSegment());
      quantise(vector, arena.vectorAt(addressOf(slot)));
      if (reused === undefined) count += 1;
      return slot;
    },
    remove(slot) {
      arena.vectorAt(addressOf(slot)).fill(0);
      vacant.push(slot);
    },
    get: (slot) => dequantise(arena.vectorAt(addressOf(slot))),
    async search(query, minimum, limit) {
      searches += 1;
      try {
        return await scanner.scan({ query, segments: [...segments], count, minimum, limit });
      } finally {
        searches -= 1;
        if (freed && searches === 0) giveBack();
      }
    },
    free() {
      freed = true;
      if (searches === 0) giveBack();
    },
  };
}
