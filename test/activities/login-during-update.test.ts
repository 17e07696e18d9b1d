import assert from 'node:assert/strict';
import type { Ports } from '../../activities/ports.js';
import { searchEveryShard, searchOwnShard } from '../../activities/search-user.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { type OnTwin, onTwin, undisturbed } from './support/on-twin.js';
import { picture } from './support/pictures.js';
import { KEY, registered } from './support/registered.js';
import { subject, toTheEnd, updating, upTo } from './support/updating.js';

const policy = policyWith();

describe('a login while the photo is being replaced', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  let image: ImageRef;
  before(async () => {
    aws = await onTwin();
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
    image = await aws.store(picture('anna'));
    await registered(aws, tenant, { name: 'me', person: 'anna', image });
  });
  afterEach(() => undisturbed(aws));

  const login = (ports: Ports = aws.ports) => searchOwnShard(ports, { tenant, subject, image, policy });
  const anybody = (ports: Ports = aws.ports) => searchEveryShard(ports, { tenant, image, policy });
  const update = (shard: string) => updating(aws, { tenant, image, shard });

  for (const shard of ['s0', 's1']) {
    it(`recognises the user between any two steps, the new face being in ${shard}`, async () => {
      for await (const step of update(shard)) {
        assert.deepEqual((await login()).result.reasons, [], step);
        assert.equal((await anybody()).subject, subject, step);
      }
    });

    it(`recognises the user whose face was replaced while it searched, the new one being in ${shard}`, async () => {
      const steps = update(shard);
      await upTo(steps, 'indexed');
      let overtaken = false;
      const searchByImage: Ports['faces']['searchByImage'] = async (request) => {
        if (!overtaken) {
          overtaken = true;
          await toTheEnd(steps);
        }
        return aws.ports.faces.searchByImage(request);
      };
      const ports = { ...aws.ports, faces: { ...aws.ports.faces, searchByImage } };
      const found = await login(ports);
      assert.equal(found.subject, subject);
      const { calls, requestIds } = found.result.evidence;
      assert.equal(requestIds?.length, calls);
    });
  }

  it('recognises a user of whom it finds only the face that stopped to count just then', async () => {
    const steps = update('s1');
    await upTo(steps, 'indexed');
    let overtaken = false;
    const readFaces: Ports['users']['readFaces'] = async (...keys) => {
      const rows = await aws.ports.users.readFaces(...keys);
      if (overtaken) return rows;
      overtaken = true;
      await toTheEnd(steps);
      // As a batch may be read: the new row before its commit, the old one after it was replaced.
      return rows.map((row) => (row.faceKey === KEY ? { ...row, state: 'replaced' as const } : row));
    };
    const ports = { ...aws.ports, users: { ...aws.ports.users, readFaces } };
    assert.equal((await anybody(ports)).subject, subject);
  });

  it('does not ask again for somebody who is not there', async () => {
    aws.calls();
    const stranger = await aws.store(picture('berta'));
    await searchOwnShard(aws.ports, { tenant, subject, image: stranger, policy });
    const searches = aws.calls().filter((operation) => operation === 'SearchFacesByImage');
    assert.equal(searches.length, 1);
  });
});
