import type { Ports } from '../activities/ports.js';
import { type Cluster, clustersOf } from '../domain/batch/clusters.js';
import {
  type DuplicatePair,
  isSameDecision,
  type PairDecision,
  pairRefusals,
  type Resolution,
} from '../domain/batch/pair.js';
import type { Tenant } from '../domain/session.js';
import type { BatchFlows } from './flows/batch-jobs.js';
import { Problem, problems } from './problem.js';
import { renderPair, usersOf } from './render-pair.js';

interface DuplicatesDeps {
  ports: Pick<Ports, 'batches' | 'users'>;
  flows: Pick<BatchFlows, 'resolveDuplicate'>;
}

/** Pairs that are put into clusters at once, and read at once; of open ones more come in sight as those are decided. */
const MOST_PAIRS = 50_000;
const PAIRS_AT_ONCE = 1_000;
/** Pairs that one answer looks through for open ones. */
const MOST_READ = 200_000;
/** Pairs of one cluster that are shown, the open ones first: one photo listed for many users makes a pair of each two. */
const SHOWN_OF_CLUSTER = 50;

/**
 * Pairs of different users that are one person's, those together that have users in common, in the order of their ids.
 * @param filter.open only pairs that nobody has decided about
 * @returns `complete`: false where there are more pairs than are put together; with `open`, those are met once others are decided
 */
export async function listDuplicates(
  { ports }: Pick<DuplicatesDeps, 'ports'>,
  tenant: Tenant,
  jobId: string,
  { limit, cursor = '', open }: { limit: number; cursor?: string | undefined; open: boolean },
) {
  const { pairs, complete } = await allPairs(ports, tenant, jobId, open);
  const clusters = clustersOf(pairs).filter(({ id }) => id > cursor);
  const page = clusters.slice(0, limit).map(shownOf);
  const users = await usersOf(
    ports,
    tenant,
    page.flatMap(({ subjects }) => subjects),
  );
  const data = page.map(({ id, subjects, pairs: own, ...counts }) => ({
    id,
    object: 'duplicate_cluster',
    ...counts,
    users: subjects.map((subject) => ({ user_id: users.get(subject)?.userId ?? null, subject })),
    pairs: own.map((pair) => renderPair(pair, users)),
  }));
  const last = page.at(-1);
  return { data, complete, ...(last && clusters.length > page.length ? { nextCursor: last.id } : {}) };
}

/** Each pair on its own, however many there are, in the order of their ids. A page may be short though there is another one. */
export async function listPairs(
  { ports }: Pick<DuplicatesDeps, 'ports'>,
  tenant: Tenant,
  jobId: string,
  { limit, cursor, open }: { limit: number; cursor?: string | undefined; open: boolean },
) {
  const place = cursor?.replace('~', '#');
  const page = await ports.batches.pairs(tenant, jobId, { limit, ...(place ? { cursor: place } : {}) });
  const pairs = page.pairs.filter(({ resolution }) => !open || resolution === undefined);
  const subjects = pairs.flatMap(({ first, second }) => [first.subject, second.subject]);
  const users = await usersOf(ports, tenant, subjects);
  return {
    data: pairs.map((pair) => ({ object: 'duplicate_pair', ...renderPair(pair, users) })),
    nextCursor: page.nextCursor?.replace('#', '~'),
  };
}

/**
 * Does what was decided about a pair, and waits for that.
 * @returns undefined: it goes on, and a repeat waits for the same
 * @throws Problem 404, 409 with why not
 */
export async function resolveDuplicate(
  { ports, flows }: DuplicatesDeps,
  request: { tenant: Tenant; jobId: string; pairId: string; decision: PairDecision },
  withinMs: number,
): Promise<Resolution | undefined> {
  const { pairId, ...input } = request;
  const { tenant, jobId } = input;
  const [first = '', second = ''] = pairId.split('~');
  const pair = { first, second };
  if (!(await ports.batches.pair(tenant, jobId, pair))) throw problems.notFound('pair of duplicates');
  // One decision about a pair at a time; another one joins the first and is answered by it.
  const answer = await flows.resolveDuplicate({ ...input, pair }, withinMs);
  if (answer === 'late') return undefined;
  if ('resolved' in answer && isSameDecision({ ...answer, resolution: answer.resolved }, input.decision))
    return answer.resolved;
  const refused = 'refused' in answer ? answer.refused : 'resolved';
  if (refused === 'not_found') throw problems.notFound('pair of duplicates');
  throw new Problem(409, 'pair_not_resolved', 'The pair was not resolved', pairRefusals[refused]);
}

async function allPairs(
  { batches }: Pick<Ports, 'batches'>,
  tenant: Tenant,
  jobId: string,
  open: boolean,
): Promise<{ pairs: DuplicatePair[]; complete: boolean }> {
  const pairs: DuplicatePair[] = [];
  let read = 0;
  for (let cursor: string | undefined; pairs.length < MOST_PAIRS && read < MOST_READ; ) {
    const page = await batches.pairs(tenant, jobId, { limit: PAIRS_AT_ONCE, ...(cursor ? { cursor } : {}) });
    read += page.pairs.length;
    pairs.push(...page.pairs.filter(({ resolution }) => !open || resolution === undefined));
    cursor = page.nextCursor;
    if (cursor === undefined) return { pairs, complete: true };
  }
  return { pairs, complete: false };
}

/** Of a cluster: a part of its pairs, and their users. */
function shownOf({ id, subjects, pairs }: Cluster<DuplicatePair>) {
  const counts = { user_count: subjects.length, pair_count: pairs.length };
  if (pairs.length <= SHOWN_OF_CLUSTER) return { id, subjects, pairs, ...counts };
  const isOpen = ({ resolution }: DuplicatePair) => resolution === undefined;
  const shown = [...pairs.filter(isOpen), ...pairs.filter((pair) => !isOpen(pair))].slice(
    0,
    SHOWN_OF_CLUSTER,
  );
  const theirs = new Set(shown.flatMap(({ first, second }) => [first.subject, second.subject]));
  return { id, subjects: subjects.filter((subject) => theirs.has(subject)), pairs: shown, ...counts };
}
