import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { SourcePosition } from '../../domain/batch/chunk.js';
import type { BatchSpec } from '../../domain/batch/job.js';
import type { SourceItem } from '../../domain/batch/source.js';
import type { SourceSurvey } from '../../domain/batch/survey.js';
import { INLINE_BYTES, LARGEST_BYTES } from '../../domain/photo-limits.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { eachAtOnce } from './each-at-once.js';
import { readRange, splitSource } from './split-source.js';
import { addToTally, emptyTally, type SurveyTally } from './survey-tally.js';

/** One page of a list of S3. */
const RANGE_ITEMS = 1_000;
/** Ranges are found one after the other, and read side by side. */
const RANGES = 8;
const SAMPLED_AT_ONCE = 8;
/** Tells JPEG from PNG. */
const FIRST_BYTES = 16;

/** What heartbeats remember, so that another try goes on there. */
interface Progress {
  tally: SurveyTally;
  position?: SourcePosition;
  listed: boolean;
}

/**
 * Counts the source of a job, up to its limit, and looks at some of it. Nothing is written.
 * @param request.elsewhere photos are in another region than Rekognition
 * @throws ApplicationFailure `OperatorMustAct` when the source, or a photo of it, may not be read
 * @throws CancelledFailure as soon as it is heard of, or the worker shuts down: another try goes on there
 */
export async function planSource(
  ports: Pick<Ports, 'archive' | 'collections' | 'shardMap'>,
  { tenant, spec, elsewhere }: { tenant: Tenant; spec: BatchSpec; elsewhere: boolean },
): Promise<SourceSurvey> {
  const { source, limit = Number.POSITIVE_INFINITY } = spec;
  let progress = (activityInfo().heartbeatDetails as Progress | undefined) ?? {
    tally: emptyTally,
    listed: false,
  };
  const stop = cancellationSignal();
  while (!progress.listed) {
    const { tally, position } = progress;
    const { chunks, position: next } = await splitSource(ports, {
      ...{ tenant, source, chunkItems: RANGE_ITEMS, chunks: RANGES },
      ...(position ? { position } : {}),
      ...(Number.isFinite(limit) ? { remaining: limit - tally.items } : {}),
    });
    const read: SourceItem[][] = [];
    await eachAtOnce(chunks, RANGES, async ({ range }, at) => {
      read[at] = await readRange(ports, source, range);
    });
    progress = {
      tally: read.flat().reduce((sum, item) => addToTally(sum, item, source), tally),
      ...(next ? { position: next } : {}),
      listed: next === undefined,
    };
    heartbeat(progress);
    stop.throwIfAborted();
  }
  const { tally } = progress;
  const sample = await lookAt(ports, tally.sample, () => {
    heartbeat(progress);
    stop.throwIfAborted();
  });
  return {
    items: tally.items,
    ...bytesOf(tally, sample),
    unusable: tally.unusable,
    badLines: tally.badLines,
    sizes: source.kind === 'prefix' ? tally.sizes : sample.sizes,
    sample: sample.found,
    elsewhere,
    shards: await fills(ports, tenant),
  };
}

type Found = SourceSurvey['sample'];

/** Reads the beginning of each, which says what it is, and how large. */
async function lookAt(
  { archive }: Pick<Ports, 'archive'>,
  sample: readonly SourceItem[],
  alive: () => void,
): Promise<{ found: Found; sizes: SourceSurvey['sizes'] }> {
  const found = { looked: sample.length, jpeg: 0, png: 0, other: 0, missing: 0, denied: 0, bytes: 0 };
  const sizes = { over15Mb: 0, over5Mb: 0, looked: sample.length };
  await eachAtOnce(sample, SAMPLED_AT_ONCE, async ({ bucket, region, key }) => {
    const place = { bucket, ...(region ? { region } : {}) };
    const read = await archive.read(place, key, { from: 0, to: FIRST_BYTES });
    alive();
    if (!read) {
      found[(await archive.look(place, key)) === 'denied' ? 'denied' : 'missing'] += 1;
      return;
    }
    found[formatOf(read.bytes)] += 1;
    found.bytes += read.size;
    if (read.size > LARGEST_BYTES) sizes.over15Mb += 1;
    else if (read.size > INLINE_BYTES) sizes.over5Mb += 1;
  });
  return { found, sizes };
}

/** Of a manifest: as if all were as large as the sample. */
function bytesOf(tally: SurveyTally, { found }: { found: Found }): { bytes?: number } {
  if (tally.bytes !== undefined) return { bytes: tally.bytes };
  const there = found.looked - found.missing - (found.denied ?? 0);
  return there > 0 ? { bytes: Math.round((found.bytes / there) * tally.usable) } : {};
}

function formatOf(bytes: Uint8Array): 'jpeg' | 'png' | 'other' {
  const begins = (...signature: number[]) => signature.every((byte, at) => bytes[at] === byte);
  if (begins(0xff, 0xd8, 0xff)) return 'jpeg';
  return begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ? 'png' : 'other';
}

/** Collections that searches ask: a face may be in any of them, wherever new ones go. */
async function fills(
  { shardMap, collections }: Pick<Ports, 'collections' | 'shardMap'>,
  tenant: Tenant,
): Promise<SourceSurvey['shards']> {
  const [shards, generation] = await Promise.all([shardMap.shards(tenant), shardMap.generation(tenant)]);
  const filled: SourceSurvey['shards'][number][] = [];
  for (const shard of shards) {
    if (shard.status === 'retired') continue;
    const collection = shardMap.collection(tenant, shard, generation);
    const faces = await collections.countFaces({ collection });
    filled.push({
      shard: shard.id,
      collection,
      ...(faces === undefined ? {} : { faces }),
      ...(shard.status === 'active' ? {} : { takesNew: false }),
    });
  }
  return filled;
}
