import type { ApiClient } from '../api-client.js';
import { everyOf } from './every-of.js';
import { pathOfJob } from './job.js';
import { sayCount, sayMany, sayText } from './say.js';

/** What a command needs of people with several user ids as the API shows them. */
export interface DuplicateCluster {
  id: string;
  users: readonly { user_id: string | null; subject: string }[];
  /** Of all, shown or not. */
  pair_count?: number;
  pairs: readonly Pair[];
}

interface Pair {
  id: string;
  similarity: number;
  resolution: string | null;
  first: PairedFace;
  second: PairedFace;
}

interface PairedFace {
  user_id: string | null;
  subject: string;
  uri: string | null;
}

type Side = 'first' | 'second';

/** What is to become of a pair. */
export type Decision =
  | { resolution: 'keep' }
  | { resolution: 'merge'; into: Side }
  | { resolution: 'remove'; face: Side };

/** `idv batch duplicates`: cluster by cluster, `limit` at most; with `json` one object a line. */
export async function listDuplicates(
  api: ApiClient,
  id: string,
  { open, limit, json }: { open: boolean; limit: number; json: boolean },
  print: (line: string) => void,
  note: (line: string) => void,
): Promise<void> {
  let count = 0;
  let complete = true;
  const filter = open ? { open: 'true' } : {};
  const path = `${pathOfJob(id)}/duplicates`;
  const clusters = everyOf<DuplicateCluster>(api, path, filter, limit, undefined, () => {
    complete = false;
  });
  for await (const cluster of clusters) {
    count += 1;
    for (const line of json ? [JSON.stringify(cluster)] : describeCluster(cluster)) print(line);
  }
  if (!complete) {
    note('There are more pairs than can be put together at once: --pairs lists each on its own.');
  }
  if (!json) sayHowMany(count, { open, limit }, print);
}

/** `idv batch duplicates --pairs`: each pair on its own, `limit` at most; with `json` one object a line. */
export async function listPairs(
  api: ApiClient,
  id: string,
  { open, limit, json }: { open: boolean; limit: number; json: boolean },
  print: (line: string) => void,
): Promise<void> {
  let count = 0;
  const filter = open ? { open: 'true' } : {};
  for await (const pair of everyOf<Pair>(api, `${pathOfJob(id)}/duplicates/pairs`, filter, limit)) {
    count += 1;
    for (const line of json ? [JSON.stringify(pair)] : describePair(pair)) print(line);
  }
  if (!json) sayHowMany(count, { open, limit }, print);
}

function sayHowMany(
  count: number,
  { open, limit }: { open: boolean; limit: number },
  print: (line: string) => void,
): void {
  if (count === 0) print(open ? 'There is no pair to decide about.' : 'There is no pair of duplicates.');
  if (count === limit) print(`The first ${sayCount(limit)}; --limit shows more.`);
}

const describePair = ({ id, similarity, resolution, first, second }: Pair): string[] => [
  `  ${id}`,
  `    similarity ${similarity.toFixed(1)}, ${resolution === null ? 'open' : `resolved: ${resolution}`}`,
  `    first   ${faceOf(first)}`,
  `    second  ${faceOf(second)}`,
];

function describeCluster({ users, pairs, pair_count: all = pairs.length }: DuplicateCluster): string[] {
  return [
    `one person, ${users.length} users: ${users.map(nameOf).join(', ')}`,
    ...pairs.flatMap(describePair),
    ...(all > pairs.length ? [`  and ${sayMany(all - pairs.length, 'more pair')}: see --pairs`] : []),
  ];
}

const nameOf = ({ user_id, subject }: { user_id: string | null; subject: string }) =>
  user_id === null ? `(gone, ${subject})` : sayText(user_id);

const faceOf = (face: PairedFace) =>
  `${nameOf(face)}  ${face.uri === null ? '(no photo any more)' : sayText(face.uri)}`;

/** Decides about a pair, and says what came of it. @throws ApiProblem 409 with why it cannot be so */
export async function resolvePair(
  api: ApiClient,
  id: string,
  { pair, decision, json }: { pair: string; decision: Decision; json: boolean },
  print: (line: string) => void,
): Promise<void> {
  const body = { pair, ...decision };
  const answer = await api.call<{ status: string }>('POST', `${pathOfJob(id)}/duplicates/resolve`, { body });
  if (json) print(JSON.stringify(answer, undefined, 2));
  else if (answer.status === 'resolved') print(`${pair} is resolved: ${decision.resolution}`);
  else print(`${pair} is under way. Run the same command again to hear of its end.`);
}
