import assert from 'node:assert/strict';
import fc from 'fast-check';
import { play, type Run, type Turn } from './race-schedule.js';
import { activeRows, asBuilt, ghosts, type Participant, type Protocol } from './race-world.js';

const SHARDS = ['s0', 's1', 's2'];

const participants = fc
  .array(
    fc.record({
      shard: fc.constantFrom(...SHARDS),
      startedAt: fc.integer({ min: 0, max: 3 }),
      appearsAfter: fc.integer({ min: 0, max: 40 }),
      disappearsAfter: fc.integer({ min: 0, max: 40 }),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .map((list): Participant[] => list.map((each, at) => ({ ...each, name: 'abcde'[at] ?? '' })));

/** As those, but the first is a registered user whose photo is replaced, in whatever shards. */
const withUpdate = fc
  .tuple(participants, fc.constantFrom(...SHARDS))
  .map(([[first, ...others], oldShard]): Participant[] =>
    first ? [{ ...first, oldShard }, ...others] : others,
  );

const calls = [
  ...(['read', 'search', 'place', 'index', 'commit', 'displace', 'remove', 'withdraw', 'replace'] as const),
];

const turnsOf = (...events: Turn['event'][]) =>
  fc.array(
    fc.record({
      who: fc.nat(4),
      times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 60 })),
      until: fc.option(
        fc.record({ moment: fc.constantFrom('before', 'after'), what: fc.constantFrom(...calls) }),
        { nil: undefined },
      ),
      event: fc.oneof(fc.constant<Turn['event']>('none'), fc.constantFrom<Turn['event']>(...events)),
    }),
    { maxLength: 40, size: 'max' },
  );

const undisturbed = turnsOf('repeat');
const cancelled = turnsOf('repeat', 'cancel');
const failing = turnsOf('repeat', 'cancel', 'fail', 'fail-late', 'land');
/** A session whose cause was mended begins again only when its calls have long ended: nothing lands late here. */
const resumed = turnsOf('repeat', 'fail', 'fail', 'resume');

const told = ({ outcomes, log }: Run) => `${outcomes.join(', ')}\n${log.join('\n')}`;

function neverMoreThanOne(run: Run): void {
  assert.ok(run.mostActive <= 1, `${run.mostActive} active at once: ${told(run)}`);
}

function exactlyOne(run: Run): void {
  neverMoreThanOne(run);
  assert.equal(activeRows(run.world).length, 1, told(run));
  assert.equal(run.outcomes.filter((outcome) => outcome === 'registered').length, 1, told(run));
}

/** Everybody who was told "registered" counts and can be found; nobody else does. */
function answersAreTrue(run: Run): void {
  const registered = run.outcomes.flatMap((outcome, at) => (outcome === 'registered' ? ['abcde'[at]] : []));
  const active = activeRows(run.world).map(({ subject }) => subject);
  assert.deepEqual(active, registered, told(run));
  assert.deepEqual(ghosts(run.world), [], told(run));
}

function safe(run: Run): void {
  neverMoreThanOne(run);
  answersAreTrue(run);
}

/** The user whose photo is replaced is the only one at every moment, and has one face that counts in the end. */
function onlyTheUpdated(run: Run): void {
  const { outcomes, world, mostActive, fewestAble } = run;
  assert.deepEqual([mostActive, fewestAble], [1, 1], told(run));
  assert.ok(!outcomes.slice(1).includes('registered'), told(run));
  assert.deepEqual(ghosts(world), [], told(run));
  const faces = activeRows(world).map(({ faceKey }) => faceKey);
  assert.deepEqual(faces, [outcomes[0] === 'registered' ? 'keya' : 'olda'], told(run));
}

function updatedAlone(run: Run): void {
  onlyTheUpdated(run);
  assert.equal(run.outcomes[0], 'registered', told(run));
}

function holds(
  protocol: Protocol,
  turns: fc.Arbitrary<Turn[]>,
  check: (run: Run) => void,
  people: fc.Arbitrary<Participant[]> = participants,
  numRuns = 1_500,
) {
  return {
    property: fc.property(people, turns, (who, order) => check(play(who, SHARDS, protocol, order))),
    numRuns,
  };
}

const assertHolds = (...args: Parameters<typeof holds>) => {
  const { property, numRuns } = holds(...args);
  fc.assert(property, { numRuns });
};

describe('registrations of one face that race', function () {
  this.timeout(60_000);

  it('make exactly one face count when nobody gives up, whatever the order and however late searches are', () => {
    assertHolds(asBuilt, undisturbed, (run) => {
      exactlyOne(run);
      answersAreTrue(run);
    });
  });

  it('do so too where IndexFaces does not know a repeat from a new face', () => {
    assertHolds({ ...asBuilt, oneFacePerKey: false }, undisturbed, exactlyOne);
  });

  it('never make two faces count, and are never stuck, when some give up waiting', () => {
    assertHolds({ ...asBuilt, patience: 3 }, undisturbed, safe);
  });

  it('never make two faces count, and leave nothing behind, when some are cancelled at any moment', () => {
    assertHolds(asBuilt, cancelled, safe);
  });

  it('never make two faces count, and leave nothing behind, when some fail at any moment', () => {
    assertHolds(asBuilt, failing, safe);
  });

  it('may fail, be undone and try again under the same key', () => {
    assertHolds(asBuilt, resumed, safe);
  });

  describe('where one of them is a photo update', () => {
    it('leave that user alone with the face, and the update comes to its end, when nobody gives up', () => {
      assertHolds(asBuilt, undisturbed, updatedAlone, withUpdate);
    });

    it('leave that user the old face or the new one, whoever is cancelled or fails at whatever moment', () => {
      assertHolds(asBuilt, failing, onlyTheUpdated, withUpdate);
      assertHolds(asBuilt, resumed, onlyTheUpdated, withUpdate);
      assertHolds({ ...asBuilt, oneFacePerKey: false, patience: 3 }, cancelled, onlyTheUpdated, withUpdate);
    });

    it('would leave a user without a face if the old one went first', () => {
      const first: Protocol = { ...asBuilt, replaces: 'before it' };
      const { property } = holds(first, failing, onlyTheUpdated, withUpdate);
      assert.ok(fc.check(property, { numRuns: 5_000, seed: 1, endOnFailure: true }).failed);
    });
  });

  describe('would not be safe without each part of it (the model notices when one is missing)', () => {
    const mended: Protocol = { ...asBuilt, withdraws: 'all-of-the-session', undoesFirst: 'row' };
    const parts: [string, Partial<Protocol>, fc.Arbitrary<Turn[]>, (run: Run) => void][] = [
      ['the row before the search', { rowFirst: false }, undisturbed, neverMoreThanOne],
      ['the own face seen first', { seenFirst: false }, undisturbed, neverMoreThanOne],
      ['the other shards', { otherShards: false }, undisturbed, neverMoreThanOne],
      ['waiting for whoever is ahead', { waits: false }, undisturbed, neverMoreThanOne],
      ['displacing whoever is behind', { displaces: false }, undisturbed, neverMoreThanOne],
      ['a conditional commit', { conditionalCommit: false }, undisturbed, neverMoreThanOne],
      [
        'looking again at a rival that could not be displaced',
        { readsAgain: false },
        undisturbed,
        neverMoreThanOne,
      ],
      ['withdrawing a row that became active', { withdraws: 'never-counted' }, failing, answersAreTrue],
      ['withdrawing the row before the face', { undoesFirst: 'face' }, failing, neverMoreThanOne],
    ];
    for (const [part, broken, turns, check] of parts) {
      it(part, () => {
        const { property } = holds({ ...mended, ...broken }, turns, check);
        assert.ok(fc.check(property, { numRuns: 5_000, seed: 1, endOnFailure: true }).failed);
      });
    }
  });
});
