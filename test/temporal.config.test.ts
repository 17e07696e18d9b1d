import assert from 'node:assert/strict';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { dataConverterWith, temporalConfig } from '../temporal.config.js';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const enough = { IDV_ENCRYPTION_KEYS: `k:${key(1)}` };

describe('temporal.config', () => {
  it('needs nothing but the keys of payloads', () => {
    const { namespace, roles, deployment, shutdownGraceMs, cachedWorkflows } = temporalConfig(enough);
    assert.deepEqual([namespace, deployment], ['default', undefined]);
    assert.deepEqual([shutdownGraceMs, cachedWorkflows], [30_000, 1_000]);
    assert.deepEqual(roles, {
      identity: { taskQueue: 'identity', workflows: true, activities: 100 },
      rekognition: { taskQueue: 'identity-rekognition', workflows: false, activities: 50 },
      index: { taskQueue: 'identity-index', workflows: false, activities: 8 },
    });
  });

  it('gives every role what its variables say', () => {
    const { roles, ...config } = temporalConfig({
      ...enough,
      IDV_ACTIVITIES: '7',
      IDV_REKOGNITION_ACTIVITIES: '6',
      IDV_REKOGNITION_WRITES_PER_SECOND: '4.9',
      IDV_INDEX_ACTIVITIES: '5',
      IDV_CACHED_WORKFLOWS: '20',
      IDV_SHUTDOWN_GRACE_MS: '1000',
    });
    assert.deepEqual(
      [roles.identity.activities, roles.rekognition.activities, roles.index.activities],
      [7, 6, 5],
    );
    assert.equal(roles.rekognition.activitiesPerSecond, 4.9);
    assert.deepEqual([config.cachedWorkflows, config.shutdownGraceMs], [20, 1_000]);
  });

  it('connects as the standard variables of Temporal say', () => {
    const { connection, namespace } = temporalConfig({
      ...enough,
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'identity',
      TEMPORAL_API_KEY: 'api-key',
    });
    assert.deepEqual([connection.address, namespace], ['temporal.example:7233', 'identity']);
    assert.equal(connection.apiKey, 'api-key');
  });

  it('switches worker versioning on where both variables of it are set', () => {
    const versioned = { IDV_DEPLOYMENT_NAME: 'idv', IDV_BUILD_ID: '42' };
    assert.deepEqual(temporalConfig({ ...enough, ...versioned }).deployment, { name: 'idv', buildId: '42' });
  });

  it('refuses one of them without the other, and names both', () => {
    for (const half of [{ IDV_BUILD_ID: '42' }, { IDV_DEPLOYMENT_NAME: 'idv' }]) {
      assert.throws(
        () => temporalConfig({ ...enough, ...half }),
        /need mending:\n {2}IDV_\w+: must be set as well: IDV_DEPLOYMENT_NAME and IDV_BUILD_ID together/,
      );
    }
  });

  const wrong: Record<string, readonly string[]> = {
    IDV_ENCRYPTION_KEYS: ['', 'k', `:${key(1)}`, 'k:c2hvcnQ=', `k:${key(1)},`, `k:${key(1)},k:${key(2)}`],
    IDV_ACTIVITIES: ['0', '-1', '1.5', 'many'],
    IDV_REKOGNITION_ACTIVITIES: ['0'],
    IDV_REKOGNITION_WRITES_PER_SECOND: ['0', 'fast'],
    IDV_INDEX_ACTIVITIES: ['x'],
    IDV_CACHED_WORKFLOWS: ['0'],
    IDV_SHUTDOWN_GRACE_MS: ['-5'],
    IDV_DEPLOYMENT_NAME: [''],
    IDV_BUILD_ID: [''],
  };
  for (const [name, values] of Object.entries(wrong)) {
    it(`names ${name} when it is wrong, and does not quote it`, () => {
      for (const value of values) {
        assert.throws(
          () => temporalConfig({ ...enough, [name]: value }),
          ({ message }: Error) => {
            assert.match(message, new RegExp(`^These environment variables need mending:\n  ${name}: `));
            return value.length < 20 || !message.includes(value);
          },
          value,
        );
      }
    });
  }

  it('names every variable that is wrong at once', () => {
    assert.throws(
      () => temporalConfig({ IDV_ACTIVITIES: '0' }),
      /IDV_ENCRYPTION_KEYS: [\s\S]*IDV_ACTIVITIES: /,
    );
  });

  it('rotates keys: the first encrypts, all decrypt', async () => {
    const before = temporalConfig({ IDV_ENCRYPTION_KEYS: `old:${key(1)}` });
    const during = temporalConfig({ IDV_ENCRYPTION_KEYS: `new:${key(2)}, old:${key(1)}` });
    const after = temporalConfig({ IDV_ENCRYPTION_KEYS: `new:${key(2)}` });
    assert.deepEqual(
      during.encryptionKeys.map(({ id }) => id),
      ['new', 'old'],
    );
    const payload = defaultPayloadConverter.toPayload('x') as Payload;
    const through = async (from: typeof before, to: typeof before) => {
      const encrypted = await from.dataConverter.payloadCodecs?.[0]?.encode([payload]);
      const [decrypted] = (await to.dataConverter.payloadCodecs?.[0]?.decode(encrypted ?? [])) ?? [];
      return defaultPayloadConverter.fromPayload(decrypted as Payload);
    };
    assert.deepEqual([await through(before, during), await through(during, after)], ['x', 'x']);
    await assert.rejects(through(before, after), /key "old"/);
  });

  it('has failures encrypted as well', () => {
    assert.match(
      dataConverterWith([{ id: 'k', key: new Uint8Array(32) }]).failureConverterPath ?? '',
      /failure-converter\.[jt]s$/,
    );
  });
});
