import type { BatchSource, SourceItem } from '../../domain/batch/source.js';
import type { SourceSurvey } from '../../domain/batch/survey.js';
import { INLINE_BYTES, LARGEST_BYTES } from '../../domain/photo-limits.js';
import { unusable } from './look-at-item.js';

/** What was met of a source so far. */
export interface SurveyTally extends Pick<SourceSurvey, 'items' | 'unusable' | 'badLines' | 'sizes'> {
  /** Of the usable items; absent where the source does not say sizes. */
  bytes?: number;
  /** Items from all over what was met. */
  sample: readonly SourceItem[];
  /** Every so many usable items one goes into the sample; grows, so that the sample does not. */
  stride: number;
  usable: number;
}

export const emptyTally: SurveyTally = {
  items: 0,
  unusable: {},
  badLines: [],
  sizes: { over15Mb: 0, over5Mb: 0 },
  sample: [],
  stride: 1,
  usable: 0,
};

const BAD_LINES = 20;
/** At least half as many of a large source; it is in every heartbeat. */
const SAMPLE = 64;

export function addToTally(tally: SurveyTally, item: SourceItem, source: BatchSource): SurveyTally {
  const { size } = item;
  const reason = unusable(source, item);
  const counted: SurveyTally = {
    ...tally,
    items: tally.items + 1,
    ...(size === undefined ? {} : { bytes: (tally.bytes ?? 0) + (reason === undefined ? size : 0) }),
    sizes: {
      over15Mb: tally.sizes.over15Mb + (size !== undefined && size > LARGEST_BYTES ? 1 : 0),
      over5Mb:
        tally.sizes.over5Mb + (size !== undefined && size > INLINE_BYTES && size <= LARGEST_BYTES ? 1 : 0),
    },
  };
  if (reason === undefined) return sampled(counted, item);
  const { line } = item;
  const told = line !== undefined && tally.badLines.length < BAD_LINES;
  return {
    ...counted,
    unusable: { ...tally.unusable, [reason]: (tally.unusable[reason] ?? 0) + 1 },
    ...(told ? { badLines: [...tally.badLines, { line, reason }] } : {}),
  };
}

/** Every so many; once there are enough of them, every second one is let go, and so it goes on. */
function sampled(tally: SurveyTally, { bucket, key, region }: SourceItem): SurveyTally {
  const usable = tally.usable + 1;
  if (tally.usable % tally.stride !== 0) return { ...tally, usable };
  const sample = [...tally.sample, { bucket, key, ...(region ? { region } : {}) }];
  if (sample.length < SAMPLE) return { ...tally, usable, sample };
  return { ...tally, usable, sample: sample.filter((_, at) => at % 2 === 0), stride: tally.stride * 2 };
}
