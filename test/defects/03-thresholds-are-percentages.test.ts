import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicies } from '../../api/policies.js';
import { recognise } from '../../domain/matches.js';
import type { Policy } from '../../domain/policy.js';
import { people, photo } from '../support/photos.js';
import { type Service, service } from '../support/service.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { flowsOf, outcome } from './flows.js';

/** AWS's sample says 0.80 and 0.9 where Rekognition counts from 0 to 100, so that everybody is like everybody. */
describe('Defect 3 of the samples, thresholds of 0.8 on a scale to 100', function () {
  this.timeout(90_000);
  let idv: Service;
  const directory = temporaryDirectory();
  before(async function () {
    idv = await service(this);
  });
  after(directory.remove);

  it('asks Rekognition for faces from 90 on, and takes nobody for somebody else', async () => {
    const { register, login } = flowsOf(await idv.account());
    const before = idv.twin.faults.requests().length;
    for (const [user, name] of [
      ['franck', people.franck[0]],
      ['cage', people.cage[0]],
    ] as const)
      assert.deepEqual(outcome(await register(user, photo(name))), ['verified', null]);
    assert.deepEqual(outcome(await login('franck', photo(people.cage[1]))), [
      'rejected',
      'face_not_recognised',
    ]);
    assert.deepEqual(outcome(await login('franck', photo(people.franck[1]))), ['verified', null]);

    const asked = idv.twin.faults
      .requests()
      .slice(before)
      .filter(({ operation }) => operation === 'SearchFacesByImage')
      .map(({ body }) => JSON.parse(body).FaceMatchThreshold as number);
    assert.ok(asked.length >= 4);
    assert.ok(
      asked.every((threshold) => threshold >= 90 && threshold <= 100),
      asked.join(),
    );
  });

  it('needs 95 to recognise a user, whatever else Rekognition found', () => {
    const at = (similarity: number) =>
      recognise([{ subject: 'me', similarity, threshold: 95 }], { margin: 1, nearTie: 'reject' }, 'me')
        .reasons;
    assert.deepEqual(
      [at(0.9), at(80), at(94.9), at(95)].map(([reason]) => reason ?? 'recognised'),
      ['face_not_recognised', 'face_not_recognised', 'face_not_recognised', 'recognised'],
    );
  });

  it('warns of a policy that says 0.8', () => {
    const policy = JSON.parse(readFileSync('policies/default.json', 'utf8')) as Policy;
    const thresholds = { '7': { match: 0.9, search: 0.8, duplicate: 0.8, review: 0.8 } };
    writeFileSync(join(directory.path, 'default.json'), JSON.stringify({ ...policy, thresholds }));
    const { warnings } = loadPolicies(directory.path);
    for (const name of ['match', 'search', 'duplicate', 'review'])
      assert.ok(
        warnings.some((warning) => warning.includes(name)),
        warnings.join('\n'),
      );
  });
});
