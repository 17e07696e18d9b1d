/**
 * Whitepaper, "Collections": a collection holds at most 20 million faces, so faces are spread over shards by user or by
 * an attribute of the user.
 */
export interface Shard {
  id: string;
  /** `full` takes no new faces; `draining` neither, and is being emptied; `retired` is not even searched. */
  status: 'active' | 'full' | 'draining' | 'retired';
  /** A shard with labels holds only users whose scope has the same values, e.g. `{ country: 'DE' }`. */
  labels?: Readonly<Record<string, string>> | undefined;
}

/** What a caller says of a user or a search to narrow the shards: e.g. `{ country: 'DE' }`. */
export type Scope = Readonly<Record<string, string>>;

/**
 * The shard a new user's faces go to: rendezvous hashing among the active shards that fit the scope best, so that the
 * choice is the same in every process and adding a shard moves only the users that now belong to it. Faces already
 * indexed are found through their rows, never through this.
 * @throws RangeError when no active shard fits
 */
export function chooseShard(shards: readonly Shard[], subject: string, scope: Scope = {}): Shard {
  const active = shards.filter((shard) => shard.status === 'active' && holds(shard, scope));
  const mostLabels = Math.max(0, ...active.map(labelCount));
  const candidates = active.filter((shard) => labelCount(shard) === mostLabels);
  const [best] = candidates
    .map((shard) => ({ shard, weight: fnv1a(`${shard.id}\u0000${subject}`) }))
    .sort((a, b) => b.weight - a.weight || (a.shard.id < b.shard.id ? -1 : 1));
  if (!best) throw new RangeError('No active shard fits. Add one to the shard map, or widen the scope.');
  return best.shard;
}

/** The shards a search must ask: all that may hold a face the scope allows. Without a scope: every one. */
export function shardsToSearch(shards: readonly Shard[], scope: Scope = {}): Shard[] {
  return shards.filter((shard) => shard.status !== 'retired' && overlaps(shard, scope));
}

const labelCount = (shard: Shard) => Object.keys(shard.labels ?? {}).length;

/** Labels may have any name, `constructor` too. */
const scopeValue = (scope: Scope, name: string) => (Object.hasOwn(scope, name) ? scope[name] : undefined);

/** Every label of the shard is in the scope: the user belongs there. */
const holds = (shard: Shard, scope: Scope) =>
  Object.entries(shard.labels ?? {}).every(([name, value]) => scopeValue(scope, name) === value);

/** No label of the shard contradicts the scope: such a user may be there. */
const overlaps = (shard: Shard, scope: Scope) =>
  Object.entries(shard.labels ?? {}).every(([name, value]) =>
    [undefined, value].includes(scopeValue(scope, name)),
  );

/** FNV-1a with a final avalanche (32 bit): FNV alone leaves the weights of similar names correlated. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
