/** Two faces of different users that are one person's. */
export interface FacePair {
  first: { subject: string; faceKey: string };
  second: { subject: string; faceKey: string };
  /** 0–100. */
  similarity: number;
}

/** Users who are connected by pairs: they may all be one person. */
export interface Cluster<P extends FacePair> {
  /** The smallest of its subjects, so that the same pairs have the same ids whatever their order. */
  id: string;
  /** In order, two at least. */
  subjects: readonly string[];
  /** In order of their face keys. */
  pairs: readonly P[];
}

/**
 * Puts pairs together that have a user in common, directly or over others. By user and not by face: several photos of
 * two users who are one person are one case to decide. The result does not depend on the order of the pairs; clusters are
 * in the order of their ids.
 */
export function clustersOf<P extends FacePair>(pairs: readonly P[]): Cluster<P>[] {
  const { join, find } = unions();
  for (const { first, second } of pairs) join(first.subject, second.subject);
  const clusters = new Map<string, { subjects: Set<string>; pairs: P[] }>();
  for (const pair of pairs) {
    const id = find(pair.first.subject);
    const cluster = clusters.get(id) ?? { subjects: new Set(), pairs: [] };
    clusters.set(id, cluster);
    cluster.pairs.push(pair);
    cluster.subjects.add(pair.first.subject).add(pair.second.subject);
  }
  return [...clusters]
    .sort(([a], [b]) => compare(a, b))
    .map(([id, cluster]) => ({
      id,
      subjects: [...cluster.subjects].sort(compare),
      pairs: cluster.pairs.sort(
        (a, b) => compare(a.first.faceKey, b.first.faceKey) || compare(a.second.faceKey, b.second.faceKey),
      ),
    }));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Disjoint sets; each is known by its smallest member. Paths are halved, so that long chains stay fast. */
function unions() {
  const parents = new Map<string, string>();
  const parent = (member: string) => parents.get(member) ?? member;
  const find = (member: string) => {
    let at = member;
    while (parent(at) !== at) {
      const next = parent(parent(at));
      parents.set(at, next);
      at = next;
    }
    return at;
  };
  const join = (one: string, two: string) => {
    const [a, b] = [find(one), find(two)];
    const [least, other] = a < b ? [a, b] : [b, a];
    if (least !== other) parents.set(other, least);
  };
  return { find, join };
}
