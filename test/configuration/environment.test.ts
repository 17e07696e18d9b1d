import assert from 'node:assert/strict';
import { z } from 'zod';
import { awsSettings } from '../../activities/aws/settings.js';
import { apiSettings } from '../../api/settings.js';
import { tenantsOf } from '../../cli/setup/tenants.js';
import { apiKeys } from '../../configuration/api-keys.js';
import { readEnvironment } from '../../configuration/environment.js';
import { json } from '../../configuration/json.js';
import { keyList } from '../../configuration/key-list.js';

const secret = Buffer.alloc(32, 1).toString('base64');
const apiKey = { sha256: 'a'.repeat(64), account: 'acme', mode: 'test' };
const api = {
  IDV_API_KEYS: JSON.stringify([apiKey]),
  IDV_PSEUDONYM_KEY: secret,
  IDV_IDEMPOTENCY_SECRET: secret,
};

describe('variables of the environment', () => {
  it('are all named at once when they are wrong, without their values', () => {
    const schema = z.object({ A: z.enum(['x']), B: keyList, C: json(z.array(z.string())) });
    assert.throws(
      () => readEnvironment(schema, { A: 'secret-a', B: 'k:secret-b', C: 'secret-c' }),
      ({ message }: Error) => {
        assert.match(
          message,
          /^These environment variables need mending:\n {2}A: .+\n {2}B: .+\n {2}C: not valid JSON$/,
        );
        return !message.includes('secret');
      },
    );
  });

  it('say what they must be when they are missing', () => {
    const schema = z.object({ KEYS: keyList, CALLERS: apiKeys });
    assert.throws(
      () => readEnvironment(schema, {}),
      /KEYS: must be set, to <id>:<base64 of 32 bytes>.*\n {2}CALLERS: must be set, to JSON/,
    );
  });

  it('mean the same to every room: region, bucket and API keys', () => {
    for (const wrong of [{ IDV_BUCKET: 'No Bucket' }, { AWS_REGION: '' }, { IDV_REKOGNITION_REGION: '' }]) {
      const [name = ''] = Object.keys(wrong);
      assert.throws(() => apiSettings({ ...api, ...wrong }), new RegExp(`  ${name}: `));
      assert.throws(() => awsSettings(wrong), new RegExp(`  ${name}: `));
    }
    const { IDV_BUCKET, AWS_REGION } = awsSettings({});
    assert.deepEqual({ IDV_BUCKET, AWS_REGION }, { IDV_BUCKET: 'idv-photos', AWS_REGION: 'us-east-1' });
    assert.equal(apiSettings(api).IDV_BUCKET, IDV_BUCKET);

    const IDV_API_KEYS = JSON.stringify([{ ...apiKey, mode: 'both' }]);
    assert.throws(() => apiSettings({ ...api, IDV_API_KEYS }), /IDV_API_KEYS\.0\.mode/);
    assert.throws(() => tenantsOf({ IDV_API_KEYS }), /IDV_API_KEYS\.0\.mode/);
  });

  it('have defaults where they hold JSON', () => {
    assert.deepEqual(
      awsSettings({}).IDV_SHARDS.map(({ id }) => id),
      ['s0', 's1'],
    );
    assert.deepEqual(awsSettings({ IDV_REKOGNITION_TPS: '{"SearchFaces":5}' }).IDV_REKOGNITION_TPS, {
      SearchFaces: 5,
    });
    assert.deepEqual(tenantsOf({}).length, 2);
  });
});
