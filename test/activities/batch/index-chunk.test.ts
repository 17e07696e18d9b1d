import assert from 'node:assert/strict';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { profileKey } from '../../../activities/aws/dynamodb/keys.js';
import { operatorMustAct } from '../../../activities/batch/operator-must-act.js';
import { countKey } from '../../../domain/batch/item.js';
import { loseAnswer, type OnTwin, onTwin, refuse, undisturbed } from '../support/on-twin.js';
import { picture, pictureOf, unreadable } from '../support/pictures.js';
import { chunkWorld, watched } from './chunk-world.js';
import { withDeadLetter } from './with-dead-letter.js';

type World = Awaited<ReturnType<typeof chunkWorld>>;

describe('indexing a chunk', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });
  afterEach(() => undisturbed(aws));

  const two = () => pictureOf(['anna', 'berta'].map((of) => ({ of, similarity: 100 })));
  const told = async (world: World, jobId: string) =>
    Object.fromEntries(
      (await world.ledger(jobId)).map((item) => [item.uri.split('/').slice(5).join('/'), countKey(item)]),
    );

  /** Rows and collections say the same, and nobody is held. */
  async function consistent(world: World, userIds: readonly string[]) {
    const users = await Promise.all(userIds.map(world.user));
    assert.deepEqual(
      users.flatMap((user) => user?.busy ?? []),
      [],
    );
    const active = users.flatMap((user) => user?.faces.filter(({ state }) => state === 'active') ?? []);
    const named = active.flatMap((face) => Object.values(face.faces).map(({ faceId }) => faceId));
    assert.deepEqual(await world.faces(), named.sort());
    return active.length;
  }

  it('makes users of faces, and outcomes of everything else', async () => {
    const world = await chunkWorld(aws, {
      'u1/a.jpg': picture('anna'),
      'u1/b.jpg': picture('anna'),
      'u2/a.jpg': two(),
      'u3/a.jpg': unreadable,
      'u4/a.jpg': new Uint8Array(),
      'u5/a.jpg': pictureOf([]),
      'u6/a.jpg': picture('berta', { held: true }),
      'stray.jpg': picture('clara'),
    });
    const result = await world.index('bj_a');
    assert.deepEqual(await told(world, 'bj_a'), {
      'u1/a.jpg': 'indexed',
      'u1/b.jpg': 'skipped/user_exists',
      'u2/a.jpg': 'rejected/multiple_faces',
      'u3/a.jpg': 'rejected/unreadable',
      'u4/a.jpg': 'rejected/empty_file',
      'u5/a.jpg': 'rejected/no_face',
      'u6/a.jpg': 'rejected/low_sharpness',
      'stray.jpg': 'rejected/key_not_matched',
    });
    assert.equal(result.items, 8);
    assert.equal(
      Object.values(result.counts).reduce((sum, count) => sum + count),
      8,
    );
    assert.equal(await consistent(world, ['u1']), 1);
    for (const gone of ['u2', 'u3', 'u5', 'u6']) assert.equal(await world.user(gone), undefined);
    assert.equal((await world.user('u1'))?.userId, 'u1');
  });

  it('adds to a user, or replaces what was there', async () => {
    const world = await chunkWorld(aws, { 'u/a.jpg': picture('anna'), 'u/b.jpg': picture('anna') });
    await world.index('bj_a', { spec: world.spec({ onExisting: 'add' }) });
    assert.equal(await consistent(world, ['u']), 2);
    await aws.ports.photos.put(
      { bucket: world.bucket, key: `${world.prefix}u/c.jpg` },
      picture('anna'),
      'image/jpeg',
    );
    await world.index('bj_b', { spec: world.spec({ onExisting: 'replace' }) });
    const outcomes = Object.values(await told(world, 'bj_b')).sort();
    assert.deepEqual(outcomes, ['indexed', 'skipped/already_indexed', 'skipped/already_indexed']);
    assert.equal(await consistent(world, ['u']), 1);
  });

  it('indexes no face twice when two jobs or two tries are at it at once', async () => {
    const photos = Object.fromEntries(
      Array.from({ length: 6 }, (_, i) => [`u${i % 3}/${i}.jpg`, picture(`p${i}`)]),
    );
    const world = await chunkWorld(aws, photos);
    const spec = world.spec({ onExisting: 'add' });
    const tries = ['bj_a', 'bj_a', 'bj_b'].map((job) => world.index(job, { spec }));
    await Promise.allSettled(tries);
    for (const job of ['bj_a', 'bj_b']) await world.index(job, { spec }, { number: 2 });
    assert.equal(await consistent(world, ['u0', 'u1', 'u2']), 6);
    const both = [...Object.values(await told(world, 'bj_a')), ...Object.values(await told(world, 'bj_b'))];
    assert.deepEqual(both.sort(), [...Array(6).fill('indexed'), ...Array(6).fill('skipped/already_indexed')]);
  });

  for (const duplicateRule of [true, false]) {
    it(`loses nothing wherever its worker dies, with Rekognition ${duplicateRule ? 'keeping' : 'breaking'} its rule on duplicates`, async () => {
      aws.twin.faults.update({ rekognition: { duplicateRule } });
      for (let dies = 1, alive = false; !alive; dies++) {
        const world = await chunkWorld(aws, {
          'u1/a.jpg': picture('anna'),
          'u1/b.jpg': picture('anna'),
          'u2/a.jpg': two(),
        });
        const spec = world.spec({ onExisting: 'replace' });
        let calls = 0;
        // After the call that kills it, nothing it does has an effect; that call has, and its answer is lost.
        const mortal = watched(aws.ports, async (_, call) => {
          calls++;
          const answer = calls <= dies ? await call() : undefined;
          if (calls >= dies) throw operatorMustAct('dead');
          return answer;
        });
        await world.index('bj_a', { spec, concurrency: 1 }, {}, mortal).catch(() => undefined);
        alive = calls < dies;
        await world.index('bj_a', { spec, concurrency: 1 }, { number: 2 });
        assert.deepEqual(
          await told(world, 'bj_a'),
          { 'u1/a.jpg': 'indexed', 'u1/b.jpg': 'indexed', 'u2/a.jpg': 'rejected/multiple_faces' },
          `died at ${dies}`,
        );
        assert.equal(await consistent(world, ['u1', 'u2']), 1, `died at ${dies}`);
        if (duplicateRule) dies++; // every other call will do: the rule makes repeats harmless
      }
    });
  }

  it('settles lost answers, throttles and moments without an answer by itself', async () => {
    aws.twin.faults.update({ rekognition: { duplicateRule: false } });
    const world = await chunkWorld(aws, { 'u1/a.jpg': picture('anna'), 'u2/a.jpg': picture('berta') });
    loseAnswer(aws, 'rekognition', 'IndexFaces');
    loseAnswer(aws, 'dynamodb', 'PutItem');
    loseAnswer(aws, 'dynamodb', 'BatchWriteItem');
    aws.twin.faults.addRule({
      service: 'rekognition',
      operation: 'IndexFaces',
      when: 'before',
      error: { name: 'ProvisionedThroughputExceededException', status: 400, message: 'slow' },
      times: 3,
    });
    const { throttled, counts, calls } = await world.index('bj_a');
    assert.deepEqual([throttled, counts], [3, { indexed: 2 }]);
    assert.equal(calls.IndexFaces, 3, 'throttles cost nothing, an answer that was lost does');
    assert.equal(await consistent(world, ['u1', 'u2']), 2);
  });

  it('gives up what keeps failing while others succeed, and tries it again when asked', async () => {
    const { world, first } = await withDeadLetter(aws, 'q');
    const retried = await world.index('bj_a', { retry: { reasons: ['unavailable'], round: 'r1' } });
    assert.deepEqual(retried.before, first.counts);
    assert.deepEqual(retried.counts, { indexed: 8 });
  });

  it('waits for whoever took the user over while it was silent, and adds the photo afterwards', async () => {
    const world = await chunkWorld(aws, { 'u1/a.jpg': picture('anna') });
    const { users } = aws.ports;
    const subject = aws.ports.subjectOf(world.tenant, 'u1');
    let indexed = 0;
    let taken = false;
    const silent = watched(aws.ports, async (name, call) => {
      if (name === 'faces.indexPhoto') indexed++;
      if (name !== 'batchUsers.commit' || taken) return call();
      taken = true;
      const longAgo = new UpdateItemCommand({
        TableName: aws.settings.IDV_TABLE,
        Key: marshall(profileKey(world.tenant, subject)),
        UpdateExpression: 'SET busySince = :then',
        ExpressionAttributeValues: marshall({ ':then': Date.now() - 3_700_000 }),
      });
      await aws.clients.dynamodb.send(longAgo);
      assert.equal(await users.reserve(world.tenant, subject, 's', { userId: 'u1' }), 'reserved');
      const kept = await call();
      await users.settle(world.tenant, subject, 's');
      return kept;
    });
    const { counts } = await world.index('bj_a', {}, {}, silent);
    assert.deepEqual([counts, indexed], [{ indexed: 1 }, 2], 'the first face went when its user did');
    assert.equal(await consistent(world, ['u1']), 1);
  });

  it('needs an operator where there is no collection, and leaves nobody held', async () => {
    const world = await chunkWorld(aws, { 'u1/a.jpg': picture('anna') });
    refuse(aws, 'rekognition', 'IndexFaces', 'ResourceNotFoundException');
    await assert.rejects(world.index('bj_a'), { type: 'OperatorMustAct' });
    assert.equal(await world.user('u1'), undefined);
  });

  it('ends what is under way when it is cancelled, and begins nothing new', async () => {
    const photos = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`u${i}/a.jpg`, picture(`r${i}`)]));
    const world = await chunkWorld(aws, photos);
    const cancel = new AbortController();
    const cancelling = watched(aws.ports, async (name, call) => {
      if (name === 'faces.indexPhoto') cancel.abort(new Error('cancelled'));
      return call();
    });
    await assert.rejects(
      world.index('bj_a', { concurrency: 2 }, { stop: cancel.signal }, cancelling),
      /cancelled/,
    );
    assert.deepEqual(Object.values(await told(world, 'bj_a')), ['indexed', 'indexed']);
    assert.equal(await consistent(world, ['u0', 'u1']), 2);
  });

  it('leaves alone what a later try has recorded, when it finds itself thought dead', async () => {
    const world = await chunkWorld(aws, { 'u1/a.jpg': picture('anna') });
    const dead = new AbortController();
    const frozen = watched(aws.ports, async (name, call) => {
      if (name !== 'batchUsers.commit') return call();
      await call();
      await world.index('bj_a', {}, { number: 2 });
      dead.abort(new Error('thought dead'));
      throw new Error('the answer is lost');
    });
    await assert.rejects(world.index('bj_a', {}, { stop: dead.signal }, frozen), /thought dead/);
    assert.deepEqual(await told(world, 'bj_a'), { 'u1/a.jpg': 'indexed' });
    assert.equal(await consistent(world, ['u1']), 1);
  });

  it('takes back what it indexed, and nothing else', async () => {
    const world = await chunkWorld(aws, { 'u1/a.jpg': picture('anna'), 'u2/a.jpg': unreadable });
    await world.index('bj_a');
    await aws.ports.photos.put(
      { bucket: world.bucket, key: `${world.prefix}u1/b.jpg` },
      picture('anna'),
      'image/jpeg',
    );
    await world.index('bj_b', { spec: world.spec({ onExisting: 'add' }) });
    const result = await world.rollback('bj_a');
    assert.deepEqual(result.before, { indexed: 1, 'rejected/unreadable': 1 });
    assert.deepEqual(result.counts, { 'skipped/rolled_back': 1, 'rejected/unreadable': 1 });
    assert.equal(await consistent(world, ['u1']), 1);
    await world.rollback('bj_b');
    assert.equal(await consistent(world, ['u1']), 0);
    assert.equal((await world.user('u1'))?.userId, undefined);
  });
});
