import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  CreateFaceLivenessSessionCommand,
  type CreateFaceLivenessSessionCommandInput,
  GetFaceLivenessSessionResultsCommand,
} from '@aws-sdk/client-rekognition';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { constantTimeEngine } from '../../../../local/rekognition/engine/constant-time-engine.js';
import { startTwin } from '../../../../local/twin.js';
import { temporaryDirectory } from '../../../support/temporary-directory.js';
import { group, portrait } from '../photos.js';
import { clientOf, startRekognition } from '../support.js';
import { api, contract, refused, type Twin } from './contract.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const page = api('CreateFaceLivenessSession');
const results = api('GetFaceLivenessSessionResults');

type Where = Pick<Twin, 'client' | 'url'>;

async function create({ client }: Where, input: CreateFaceLivenessSessionCommandInput = {}): Promise<string> {
  const { SessionId } = await client.send(new CreateFaceLivenessSessionCommand(input));
  return SessionId as string;
}

const resultsOf = ({ client }: Where, SessionId: string) =>
  client.send(new GetFaceLivenessSessionResultsCommand({ SessionId }));

/** Sends a capture as a browser would. */
function capture({ url }: Where, id: string, ...frames: Uint8Array[]): Promise<Response> {
  return fetch(`${url}/face-liveness-sessions/${id}/frames`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ frames: frames.map((frame) => Buffer.from(frame).toString('base64')) }),
  });
}

const answerOf = async (response: Response): Promise<[status: number, kind: unknown]> => {
  const { __type, Status } = (await response.json()) as { __type?: string; Status?: string };
  return [response.status, __type ?? Status];
};

contract('Face Liveness', [
  {
    says: 'begins with a session that waits for its capture, with the challenge that lights the face',
    page,
    check: async (twin) => {
      const SessionId = await create(twin);
      assert.match(SessionId, UUID);
      const { $metadata, ...found } = await resultsOf(twin, SessionId);
      const Challenge = { Type: 'FaceMovementAndLightChallenge', Version: '1.0.0' };
      assert.deepEqual(found, { SessionId, Status: 'CREATED', Challenge });
    },
  },
  {
    says: 'takes the first challenge preferred',
    page: api('ChallengePreference'),
    check: async (twin) => {
      const ChallengePreferences = [
        { Type: 'FaceMovementChallenge', Versions: { Minimum: '1.0.0', Maximum: '1.0.0' } },
        { Type: 'FaceMovementAndLightChallenge' },
      ] as const;
      const id = await create(twin, { Settings: { ChallengePreferences: [...ChallengePreferences] } });
      assert.equal((await resultsOf(twin, id)).Challenge?.Type, 'FaceMovementChallenge');
    },
  },
  {
    says: 'answers the same session to the same token',
    page,
    check: async (twin) => {
      const ClientRequestToken = randomUUID();
      const ids = await Promise.all([1, 2, 3].map(() => create(twin, { ClientRequestToken })));
      assert.equal(new Set(ids).size, 1);
      assert.notEqual(await create(twin), await create(twin));
    },
  },
  {
    says: 'checks its settings',
    page: api('CreateFaceLivenessSessionRequestSettings'),
    check: async (twin) => {
      const cases: [CreateFaceLivenessSessionCommandInput, RegExp][] = [
        [{ Settings: { AuditImagesLimit: 5 } }, /auditImagesLimit.*less than or equal to 4/],
        [{ Settings: { AuditImagesLimit: -1 } }, /auditImagesLimit/],
        [{ Settings: { OutputConfig: { S3Bucket: 'a b c' } } }, /s3Bucket/],
        [{ Settings: { OutputConfig: { S3Bucket: 'abc', S3KeyPrefix: 'a b' } } }, /s3KeyPrefix/],
        [{ Settings: { ChallengePreferences: [{ Type: 'Wink' as never }] } }, /type.*enum value set/],
        [{ ClientRequestToken: 'a b' }, /clientRequestToken/],
        [{ KmsKeyId: '-' }, /kmsKeyId/],
      ];
      for (const [input, message] of cases)
        await refused(create(twin, input), 'InvalidParameterException', message);
    },
  },
  {
    says: 'ends with a confidence and the best image when a person was before the camera',
    page: results,
    check: async (twin) => {
      const id = await create(twin, { Settings: { AuditImagesLimit: 2 } });
      const frames = ['franck_01829', 'franck_02045', 'franck_02221'].map(portrait);
      assert.deepEqual(await answerOf(await capture(twin, id, ...frames)), [200, 'SUCCEEDED']);
      const { Status, Confidence = 0, ReferenceImage, AuditImages = [] } = await resultsOf(twin, id);
      assert.equal(Status, 'SUCCEEDED');
      assert.ok(Confidence >= 80 && Confidence <= 100, `${Confidence}`);
      assert.ok(frames.some((frame) => frame.equals(ReferenceImage?.Bytes as Uint8Array)));
      assert.ok((ReferenceImage?.BoundingBox?.Width as number) > 0.1);
      assert.equal(AuditImages.length, 2);
      assert.deepEqual(Buffer.from(AuditImages[0]?.Bytes as Uint8Array), frames[0]);
    },
  },
  {
    says: 'takes one capture a session',
    page,
    check: async (twin) => {
      const id = await create(twin);
      const both = [capture(twin, id, portrait('audrey')), capture(twin, id, portrait('audrey'))];
      const answers = await Promise.all((await Promise.all(both)).map(answerOf));
      assert.deepEqual(answers.sort(), [
        [200, 'SUCCEEDED'],
        [409, 'ConflictException'],
      ]);
      const late = await capture(twin, id, portrait('audrey'));
      assert.deepEqual(await answerOf(late), [409, 'ConflictException']);
    },
  },
  {
    says: 'fails where there is nobody, more than one person, or another from frame to frame',
    page: results,
    check: async (twin) => {
      const captures = [
        [group(1)],
        [portrait('audrey'), portrait('cage')],
        [portrait('average2_crop'), group(2)],
      ];
      for (const frames of captures) {
        const id = await create(twin, { Settings: { AuditImagesLimit: 4 } });
        assert.deepEqual(await answerOf(await capture(twin, id, ...frames)), [200, 'FAILED']);
        const { Status, Confidence, ReferenceImage } = await resultsOf(twin, id);
        assert.deepEqual([Status, Confidence, ReferenceImage], ['FAILED', undefined, undefined]);
      }
    },
  },
  {
    says: 'can be repeated after a frame that is no image, and knows only its own sessions',
    page: results,
    check: async (twin) => {
      const id = await create(twin);
      assert.deepEqual(await answerOf(await capture(twin, id, Buffer.from('words'))), [
        400,
        'InvalidImageFormatException',
      ]);
      assert.deepEqual(await answerOf(await capture(twin, id)), [400, 'InvalidParameterException']);
      assert.equal((await resultsOf(twin, id)).Status, 'CREATED');
      const stranger = randomUUID();
      await refused(resultsOf(twin, stranger), 'SessionNotFoundException');
      await refused(resultsOf(twin, 'none'), 'InvalidParameterException');
      const answer = await answerOf(await capture(twin, stranger, portrait('audrey')));
      assert.deepEqual(answer, [404, 'SessionNotFoundException']);
    },
  },
]);

describe('Face Liveness sessions', () => {
  it('take a capture from a page of another origin, and answer as what they are', async () => {
    const { url, close } = await startRekognition({ engine: constantTimeEngine() });
    const asked = await fetch(`${url}/face-liveness-sessions/${randomUUID()}/frames`, { method: 'OPTIONS' });
    assert.equal(asked.headers.get('access-control-allow-origin'), '*');
    const introduced = await fetch(url);
    assert.equal(introduced.headers.get('x-idv-stand-in'), 'rekognition');
    assert.equal(((await introduced.json()) as { standIn: string }).standIn, 'rekognition');
    const refusal = await fetch(url, { method: 'POST', body: '{}' });
    assert.equal(refusal.headers.get('x-idv-stand-in'), 'rekognition');
    await close();
  });

  it('expire three minutes after they were made, and are forgotten later', async () => {
    let time = 1_800_000_000_000;
    const twin = await startRekognition({ engine: constantTimeEngine(), now: () => time });
    const [captured, waiting] = [await create(twin), await create(twin)];
    await capture(twin, captured, Buffer.from('a face'));
    assert.equal((await resultsOf(twin, captured)).Confidence, 99);
    time += 179_999;
    assert.equal((await resultsOf(twin, captured)).Status, 'SUCCEEDED');
    time += 1;
    for (const id of [captured, waiting]) {
      const { Status, Confidence, ReferenceImage } = await resultsOf(twin, id);
      assert.deepEqual([Status, Confidence, ReferenceImage], ['EXPIRED', undefined, undefined]);
    }
    const late = await capture(twin, waiting, Buffer.from('a face'));
    assert.deepEqual(await answerOf(late), [410, 'SessionExpiredException']);
    time += 3_600_000;
    await refused(resultsOf(twin, captured), 'SessionNotFoundException');
    await twin.close();
  });

  it('put their images into the bucket they were told, by session', async () => {
    const twin = await startTwin({ rekognition: { engine: constantTimeEngine() } });
    const { rekognition: url, s3: endpoint } = twin.endpoints;
    const s3 = new S3Client({
      endpoint,
      region: 'us-east-1',
      credentials: twin.credentials,
      forcePathStyle: true,
    });
    const running = { client: clientOf(url, twin.credentials), url };
    const OutputConfig = { S3Bucket: 'captures', S3KeyPrefix: 'live/' };
    const id = await create(running, {
      KmsKeyId: 'alias/faces',
      Settings: { OutputConfig, AuditImagesLimit: 1 },
    });
    const early = await capture(running, id, Buffer.from('a face'));
    assert.deepEqual(await answerOf(early), [404, 'NoSuchBucket']);

    await s3.send(new CreateBucketCommand({ Bucket: 'captures' }));
    assert.deepEqual(await answerOf(await capture(running, id, Buffer.from('a face'))), [200, 'SUCCEEDED']);
    const { ReferenceImage, AuditImages } = await resultsOf(running, id);
    const audit = { Bucket: 'captures', Name: `live/${id}/audit-0.jpg` };
    assert.deepEqual([ReferenceImage?.Bytes, AuditImages?.[0]?.S3Object], [undefined, audit]);
    const reference = { Bucket: 'captures', Key: `live/${id}/reference.jpg` };
    assert.equal(ReferenceImage?.S3Object?.Name, reference.Key);
    const stored = await s3.send(new GetObjectCommand(reference));
    assert.equal(await stored.Body?.transformToString(), 'a face');
    assert.deepEqual([stored.ContentType, stored.SSEKMSKeyId], ['image/jpeg', 'alias/faces']);
    for (const client of [s3, running.client]) client.destroy();
    await twin.close();
  });

  it('are there after a restart, with what they came to', async () => {
    const directory = temporaryDirectory();
    const options = { dataDir: directory.path, engine: constantTimeEngine() };
    const first = await startRekognition(options);
    const token = { ClientRequestToken: 'again' };
    const [fake, waiting] = [await create(first), await create(first, token)];
    await capture(first, fake, Buffer.from('a spoof'));
    // Not closed before the second starts: each answer must have been on disk by itself, as it is when a process is killed.
    const second = await startRekognition(options);
    const { Status, Confidence, ReferenceImage } = await resultsOf(second, fake);
    assert.deepEqual([Status, Confidence], ['SUCCEEDED', 1]);
    assert.equal(Buffer.from(ReferenceImage?.Bytes as Uint8Array).toString(), 'a spoof');
    assert.equal(await create(second, token), waiting);
    assert.deepEqual(await answerOf(await capture(second, waiting, Buffer.from('a face'))), [
      200,
      'SUCCEEDED',
    ]);
    for (const twin of [first, second]) await twin.close();
    directory.remove();
  });
});
