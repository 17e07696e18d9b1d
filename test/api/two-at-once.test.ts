import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { base64, type Caller } from '../support/caller.js';
import { mediaFolder, oddPhotos, photo } from '../support/photos.js';
import { calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
/** Of the undisturbed races; `.ci/run` asks for 50 (CONTRIBUTING.md). */
const ROUNDS = Number(process.env.IDV_RACES ?? 5);

/** Ten photos of one person, as base64: no two of the first 45 races are between the same two. */
const selfies = readdirSync(mediaFolder)
  .filter((name) => /^franck_\d+\.jpg$/.test(name))
  .filter((name) => name !== oddPhotos.eyesClosed && name !== oddPhotos.eyesHalfOpen)
  .map((name) => base64(photo(name)));
const pairs = selfies.flatMap((one, i) => selfies.slice(i + 1).map((other) => [one, other] as const));

/** docs/decisions/law-of-faces.md: of two registrations of one person exactly one is verified, whoever comes first. */
describe('two registrations of one person at once', function () {
  this.timeout(300_000);
  let idv: Service;
  let tenants: Caller[] = [];
  let raced = 0;
  before(async function () {
    idv = await service(this);
  });
  afterEach(() => calm(idv));

  /** Empty collections, and nobody registered: both modes of an account are such. */
  async function emptyTenant(): Promise<Caller> {
    if (tenants.length === 0) {
      const { test, live } = await idv.account();
      tenants = [test, live];
    }
    return tenants.pop() as Caller;
  }

  async function race(): Promise<void> {
    const call = await emptyTenant();
    const selfiesOfBoth = pairs[raced % pairs.length] as readonly [string, string];
    raced += 1;
    const answers = await Promise.all(
      ['one', 'other'].map((user_id, i) =>
        call(
          'POST',
          SESSIONS,
          { flow: 'registration', user_id, selfie: selfiesOfBoth[i] },
          { prefer: 'wait=60' },
        ),
      ),
    );
    const ends = answers.map(({ body }) => `${body.status} ${body.last_error?.code ?? ''}`.trim());
    assert.deepEqual([...ends].sort(), ['rejected duplicate_face', 'verified'], `race ${raced}`);
    const users = await Promise.all(['one', 'other'].map((id) => call('GET', `/v1/users/${id}`)));
    assert.deepEqual(
      users.map(({ status }) => status === 200),
      ends.map((end) => end === 'verified'),
      `race ${raced}: the user exists who was told so`,
    );
  }

  async function races(rounds: number): Promise<void> {
    const started = performance.now();
    for (let i = 0; i < rounds; i++) await race();
    const each = (performance.now() - started) / rounds;
    console.log(`      races: ${rounds} of two, exactly one verified in each; ${each.toFixed(0)} ms each`);
  }

  it('leave exactly one verified, each time', () => races(ROUNDS));

  it('leave exactly one verified where new faces stay invisible for a while', () => {
    idv.twin.faults.update({ rekognition: { visibilityDelayMs: 1_000 } });
    return races(Math.ceil(ROUNDS / 8));
  });

  it('leave exactly one verified without the duplicate rule of IndexFaces', () => {
    idv.twin.faults.update({ rekognition: { duplicateRule: false } });
    return races(Math.ceil(ROUNDS / 8));
  });
});
