import {
  type ImageRef,
  type Input,
  missingInputs,
  type PhotoInput,
  type Photos,
} from '../domain/image-ref.js';
import type { Flow } from '../domain/policy.js';
import { type ReasonCode, reasonOf } from '../domain/reasons.js';
import type { LivenessCapture } from '../domain/session.js';
import type { SessionInput, Submission } from './messages.js';

/** A photo that nobody judges any more: removed, or kept as the policy's retention says. */
export interface SpentPhoto {
  input: Input;
  photo: ImageRef;
}

/** What was handed in to a session, and what is still asked for. */
export interface SessionInputs {
  /** Inputs the session takes at all. */
  taken: readonly Input[];
  missing(): Input[];
  photos(): Photos;
  /** The capture that the person may begin, or has begun. */
  begun(): LivenessCapture | undefined;
  /** The capture that was handed in for the next attempt. */
  capture(): LivenessCapture | undefined;
  /** Photos that are no longer needed; `saved` forgets them. */
  spent(): readonly SpentPhoto[];
  saved(spent: readonly SpentPhoto[]): void;
  /** A photo that came to the session by itself: it goes the way of the inputs. */
  hold(spent: SpentPhoto): void;

  /** Takes what was handed in. False: the same was judged before, and that answer stands. */
  handIn(submission: Submission): boolean;
  begin(capture: LivenessCapture): void;
  /** An attempt is over: whoever hands in the same again is given its answer, if it was judged. */
  attempted(judged: boolean): void;
  /** The person has to hand in again what the reasons are about, and `more`. */
  askAgain(reasons: readonly ReasonCode[], more: readonly Input[]): void;
  /** Nothing that was handed in is needed any more. */
  spendAll(): void;
}

/** @param input what the session starts with; `photos` are there already */
export function createInputs(input: SessionInput, flow: Flow): SessionInputs {
  const policy = input.policy.flows[flow];
  const livenessPolicy = input.policy.liveness;
  const photos: Photos = { ...input.photos };
  const held: SpentPhoto[] = [];
  const spent = new Map<string, SpentPhoto>();
  let started: LivenessCapture | undefined;
  let capture: LivenessCapture | undefined;
  /** What was judged last and may be repeated. */
  let judgedBefore = '';
  /** A capture completed the inputs, not a photo: after an outage the same is asked for again, since it may be sent again. */
  let completedByCapture = false;

  /** An input that was no good is asked for again, though the policy may not insist on it. */
  const needs = { ...policy.inputs };
  const missing = () => missingInputs(needs, { photos, liveness: capture !== undefined });
  const taken = (Object.keys(needs) as Input[]).filter((name) => needs[name] !== 'off');

  function spend(name: Input): void {
    if (name === 'liveness') {
      capture = undefined;
      started = undefined;
    } else {
      const photo = photos[name];
      if (photo) spent.set(photo.key, { input: name, photo });
      delete photos[name];
    }
    for (const each of held.splice(0)) {
      if (each.input === name) spent.set(each.photo.key, each);
      else held.push(each);
    }
  }

  return {
    taken,
    missing,
    photos: () => ({ ...photos }),
    begun: () => started,
    capture: () => capture,
    spent: () => [...spent.values()],
    saved(done) {
      for (const { photo } of done) spent.delete(photo.key);
    },
    hold: (photo) => void held.push(photo),

    handIn(submission) {
      const handedIn = submission.liveness === undefined ? capture : started;
      if (signature({ ...photos, ...submission.photos }, handedIn) === judgedBefore) {
        for (const [name, photo] of entries(submission.photos)) spent.set(photo.key, { input: name, photo });
        return false;
      }
      for (const [name, photo] of entries(submission.photos)) {
        if (photos[name]?.key !== photo.key) spend(name);
        spent.delete(photo.key);
        photos[name] = photo;
      }
      capture = handedIn;
      completedByCapture = submission.liveness !== undefined;
      return true;
    },
    begin(next) {
      spend('liveness');
      started = next;
    },
    attempted(judged) {
      judgedBefore = judged ? signature(photos, capture) : '';
    },
    askAgain(reasons, more) {
      const again = new Set([...more, ...reasons.flatMap(inputsOf)]);
      // The capture's image was the selfie, so a better one needs another capture.
      if (capture && livenessPolicy.selfie === 'reference_image' && again.delete('selfie'))
        again.add('liveness');
      for (const name of again) {
        spend(name);
        if (policy.inputs[name] !== 'off') needs[name] = 'required';
      }
      if (!reasons.includes('temporarily_unavailable')) spend('liveness'); // good for one attempt
      if (missing().length > 0) return;
      // Judging again the same needs somebody to ask for it.
      if (completedByCapture) {
        capture = undefined; // but not `started`: it was not used up
        needs.liveness = 'required';
      } else spend('selfie');
    },
    spendAll() {
      for (const name of taken) spend(name);
    },
  };
}

/** What has to be handed in again. Two photos that do not fit each other say nothing about which of them is wrong. */
function inputsOf(reason: ReasonCode): readonly Input[] {
  if (reason === 'liveness_face_mismatch') return ['liveness', 'selfie'];
  const { input } = reasonOf(reason);
  return input ? [input] : [];
}

function entries(photos: Photos): [PhotoInput, ImageRef][] {
  return Object.entries(photos) as [PhotoInput, ImageRef][];
}

/** Names what was handed in by its content. */
function signature(photos: Photos, capture: LivenessCapture | undefined): string {
  return entries(photos)
    .map(([name, photo]) => `${name}:${photo.sha256}`)
    .concat(capture ? [`liveness:${capture.id}`] : [])
    .sort()
    .join(' ');
}
