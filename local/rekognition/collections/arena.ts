import { MAX_PAGES, VECTOR_BYTES } from './dot-kernel.js';
import { type WasmMemory, wasm } from './web-assembly.js';

/** Vectors are kept in segments of this many, so that collections can grow and go without moving anything. */
export const SEGMENT_VECTORS = 1024;
const SEGMENT_BYTES = SEGMENT_VECTORS * VECTOR_BYTES;
const PAGE = 65_536;

/** Room for one scanning thread to work in: the query, and the scores of a segment. */
const DESK_BYTES = VECTOR_BYTES + SEGMENT_VECTORS * 4;
/** As many scanning threads can there be. */
export const DESKS = 8;

/** Memory that all threads share: desks first, then segments. Holds 4 million vectors. */
export interface Arena {
  memory: WasmMemory;
  /** Byte address of a free segment. Throws RangeError when memory is used up. */
  takeSegment(): number;
  freeSegment(address: number): void;
  /** A view of one vector. */
  vectorAt(address: number): Int16Array;
}

/** Where a desk's query and scores are. */
export function deskAt(desk: number): { query: number; scores: number } {
  return { query: desk * DESK_BYTES, scores: desk * DESK_BYTES + VECTOR_BYTES };
}

/** An empty arena. Address space is reserved, memory is taken as segments are. */
export function createArena(): Arena {
  const first = Math.ceil((DESKS * DESK_BYTES) / PAGE) * PAGE;
  const memory = reserve(first / PAGE);
  const free: number[] = [];
  let end = first;
  return {
    memory,
    takeSegment() {
      const reused = free.pop();
      if (reused !== undefined) return reused;
      memory.grow(SEGMENT_BYTES / PAGE);
      end += SEGMENT_BYTES;
      return end - SEGMENT_BYTES;
    },
    freeSegment: (address) => free.push(address),
    vectorAt: (address) => new Int16Array(memory.buffer, address, VECTOR_BYTES / 2),
  };
}

/** Takes less where the address space is limited (ulimit -v). */
function reserve(initial: number): WasmMemory {
  for (let maximum = MAX_PAGES; ; maximum /= 2) {
    try {
      return new wasm.Memory({ initial, maximum, shared: true });
    } catch (error) {
      if (maximum / 2 < initial + SEGMENT_BYTES / PAGE) throw error;
    }
  }
}
