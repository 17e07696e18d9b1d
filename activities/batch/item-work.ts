import type { ItemOutcome } from '../../domain/batch/item.js';
import type { BatchSpec } from '../../domain/batch/job.js';
import type { SourceItem } from '../../domain/batch/source.js';
import type { IndexedFace } from '../../domain/face-record.js';
import type { Policy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import type { Clock } from './clock.js';
import type { ErasedUsers } from './erased-users.js';
import type { ItemIds } from './item-id.js';
import type { LaneCalls } from './lane-calls.js';

/** What the items of a chunk have in common. */
export interface ItemJob {
  tenant: Tenant;
  jobId: string;
  chunk: number;
  /** Who holds users meanwhile. */
  holder: string;
  spec: BatchSpec;
  policy: Policy;
  idOf: ItemIds;
  /** Where faces of the user go. */
  collectionOf(subject: string): string;
  /** Of collections. */
  generation: string;
  /** Ids of items whose users were erased: their rows say nothing else, not even which line they were. */
  forgotten: ReadonlySet<string>;
  /** An earlier try may have got further with an item than the ledger knows. */
  again: boolean;
}

/** What an item is worked on with: calls to Rekognition are those of the lane. */
export interface ItemTools
  extends Pick<Ports, 'archive' | 'batchUsers' | 'users' | 'photos' | 'photoVersions' | 'subjectOf'> {
  faces: LaneCalls['faces'];
  erased: ErasedUsers;
  clock: Clock;
}

/** An item that is to be worked on. */
export interface ItemWork {
  item: SourceItem;
  /** Of one that the ledger has. */
  itemId?: string;
  /** The line of the manifest, in the same chunk, that named the object before. */
  repeats?: number;
}

/** Of an item that the ledger has under another id: its row goes. */
export const wasKnownBy = ({ itemId }: ItemWork, id: string): { was?: string } =>
  itemId === undefined || itemId === id ? {} : { was: itemId };

/** What a try of an item leaves for the next one, and for the undo. */
export interface ItemMemo {
  itemId?: string;
  subject?: string;
  /** The user is held. */
  held?: true;
  /** Was indexed, and nothing vouches for it yet. */
  face?: IndexedFace;
  /** The photo passed DetectFaces and the gates: that is paid for once. */
  prechecked?: true;
  /** An answer of IndexFaces was lost: there may be a face more. */
  lost?: true;
}

/** What became of an item. */
export interface ItemEnd {
  outcome: ItemOutcome;
  /** The user has a face that counts. */
  standing?: true;
}
