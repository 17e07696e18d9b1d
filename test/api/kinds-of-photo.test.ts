import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DetectFacesCommand, type FaceDetail } from '@aws-sdk/client-rekognition';
import sharp, { type Sharp } from 'sharp';
import { type AwsClients, createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { base64 } from '../support/caller.js';
import { captures } from '../support/capture.js';
import { renderLicence, renderPassport } from '../support/id-cards.js';
import { oddPhotos, people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';
import { spoof } from '../support/spoofs.js';
import { inSunglasses, masked, placesOn } from '../support/worn.js';

const SESSIONS = '/v1/verification-sessions';
const require = createRequire(import.meta.url);
const groups = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'demo');
const group = (number: number) => new Uint8Array(readFileSync(join(groups, `sample${number}.jpg`)));

const [franck, franckAgain] = people.franck.map(photo) as [Uint8Array, Uint8Array];
const audrey = photo('audrey.jpg');
const kim = photo('kim1_crop.jpg');
const obama = photo('obama4_crop.jpg');

/** What a photo of a kind comes to, by the engine and the policies as they are shipped. */
describe('a photo', function () {
  this.timeout(180_000);
  let idv: Service;
  let account: Account;
  let aws: AwsClients;
  let users = 0;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
    aws = createAwsClients(awsSettings({}));
  });
  after(() => aws.destroy());

  const begin = (flow: string, user_id: string, more: object) =>
    account.test('POST', SESSIONS, { flow, user_id, ...more }, { prefer: 'wait=60' });
  const register = (selfie: Uint8Array, more: object = {}, user = `u-${++users}`) =>
    begin('registration', user, { selfie: base64(selfie), ...more });

  /** Faces as Rekognition describes them, the largest first. */
  async function facesOn(bytes: Uint8Array): Promise<FaceDetail[]> {
    const { FaceDetails = [] } = await aws.rekognition.send(
      new DetectFacesCommand({ Image: { Bytes: bytes }, Attributes: ['ALL'] }),
    );
    return FaceDetails;
  }
  const wearing = async (bytes: Uint8Array, put: typeof masked, colour?: string): Promise<Uint8Array> =>
    put(bytes, await placesOn(bytes, (await facesOn(bytes))[0]?.Landmarks ?? []), colour);

  const changed = async (bytes: Uint8Array, change: (image: Sharp) => Sharp) =>
    new Uint8Array(await change(sharp(bytes)).jpeg({ quality: 92 }).toBuffer());
  const darker = (bytes: Uint8Array, light: number) => changed(bytes, (image) => image.linear(light, 0));
  /** As much as hides what a face is known by, whatever its size: a share of its width. */
  async function blurred(bytes: Uint8Array): Promise<Uint8Array> {
    const [[face], { width }] = await Promise.all([facesOn(bytes), sharp(bytes).metadata()]);
    return changed(bytes, (image) => image.blur((face?.BoundingBox?.Width ?? 0) * width * 0.04));
  }
  /** Side by side, each as high as the other. */
  async function together(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
    const [one, other] = await Promise.all(
      [left, right].map((bytes) => sharp(bytes).resize(400, 480).toBuffer()),
    );
    const canvas = { create: { width: 800, height: 480, channels: 3, background: '#888' } } as const;
    const inputs = [
      { input: one, left: 0, top: 0 },
      { input: other, left: 400, top: 0 },
    ];
    return new Uint8Array(await sharp(canvas).composite(inputs).jpeg().toBuffer());
  }
  /** One of a group who looks to the side, with as much around her as a selfie has. */
  async function profile(): Promise<Uint8Array> {
    const [all, { width, height }] = await Promise.all([facesOn(group(2)), sharp(group(2)).metadata()]);
    const turned = all.find(({ Pose }) => Math.abs(Pose?.Yaw ?? 0) > 40)?.BoundingBox;
    const { Left = 0, Top = 0, Width = 0, Height = 0 } = turned ?? {};
    const side = Math.round(Height * height * 2.2);
    const left = Math.max(0, Math.round((Left + Width / 2) * width - side / 2));
    const top = Math.max(0, Math.round((Top + Height / 2) * height - side / 2));
    return changed(group(2), (image) => image.extract({ left, top, width: side, height: side }));
  }

  const bad: Record<string, readonly [reason: string, selfie: () => Uint8Array | Promise<Uint8Array>][]> = {
    'two faces': [
      ['selfie_multiple_faces', () => together(franck, kim)],
      ['selfie_multiple_faces', () => group(6)],
    ],
    'no face': [
      ['selfie_no_face', () => photo('ironman.jpg')],
      [
        'selfie_no_face',
        () => changed(audrey, (image) => image.extract({ left: 0, top: 500, width: 300, height: 200 })),
      ],
    ],
    sunglasses: [
      ['selfie_sunglasses', () => photo(oddPhotos.sunglasses)],
      ['selfie_sunglasses', () => wearing(obama, inSunglasses)],
      ['selfie_sunglasses', () => wearing(audrey, inSunglasses, '#4a2f1a')],
    ],
    'a mask': [
      ['selfie_occluded', () => photo('skullmask.jpg')],
      ['selfie_occluded', () => wearing(franck, masked)],
      ['selfie_occluded', () => wearing(kim, masked, '#1d1d20')],
      ['selfie_occluded', () => wearing(obama, masked, '#e9ebea')],
    ],
    'a face in profile': [
      ['selfie_pose', profile],
      ['selfie_pose', async () => changed(await profile(), (image) => image.flop())],
    ],
    'closed eyes': [['selfie_eyes_closed', () => photo(oddPhotos.eyesClosed)]],
    'a blurred face': [
      ['selfie_blurry', () => blurred(franck)],
      ['selfie_blurry', () => blurred(kim)],
    ],
    'a face in the dark': [
      ['selfie_too_dark', () => darker(franck, 0.05)],
      ['selfie_too_dark', () => darker(obama, 0.05)],
    ],
    'a face far away': [
      [
        'selfie_face_too_small',
        () =>
          changed(franck, (image) =>
            image.resize({ width: 150 }).extend({ right: 250, bottom: 200, background: '#667' }),
          ),
      ],
    ],
  };
  for (const [kind, rows] of Object.entries(bad)) {
    it(`with ${kind} is asked for again, with advice`, async () => {
      for (const [i, [reason, selfie]] of rows.entries()) {
        const { body } = await register(await selfie());
        const codes = body.reasons.map(({ code }: { code: string }) => code);
        assert.equal(body.status, 'requires_input', `${kind} ${i + 1}`);
        assert.ok(codes.includes(reason), `${kind} ${i + 1}: ${codes}`);
      }
    });
  }

  it('of the same person is recognised, and one of somebody else is not', async () => {
    for (const [user, [first = '']] of Object.entries(people))
      assert.equal((await register(photo(first), {}, user)).body.status, 'verified', user);
    const names = Object.entries(people);
    for (const [i, [user, [, second = '']]] of names.entries()) {
      const own = await begin('authentication', user, { selfie: base64(photo(second)) });
      assert.equal(own.body.status, 'verified', user);
      const [other = ''] = names[(i + 1) % names.length] ?? [];
      const { body } = await begin('authentication', other, { selfie: base64(photo(second)) });
      assert.deepEqual([body.status, body.last_error.code], ['rejected', 'face_not_recognised'], `${user}`);
    }
  });

  it('of a licence or passport proves whose it is', async () => {
    const own = await idv.account();
    const withDocument = (user_id: string, selfie: Uint8Array, document: Uint8Array) =>
      own.test(
        'POST',
        SESSIONS,
        {
          flow: 'registration',
          policy: 'document',
          user_id,
          selfie: base64(selfie),
          document_front: base64(document),
        },
        { prefer: 'wait=60' },
      );
    const licence = await renderLicence({ portrait: franckAgain });
    const passport = await renderPassport({ portrait: kim, holder: { documentNumber: 'C03005988' } });
    assert.equal((await withDocument('licence', franck, licence)).body.status, 'verified');
    assert.equal((await withDocument('passport', kim, passport)).body.status, 'verified');
    const foreign = await withDocument('foreign', obama, passport);
    assert.deepEqual(
      [foreign.body.status, foreign.body.last_error.code],
      ['requires_input', 'face_mismatch'],
    );
    const number = { documentNumber: 'D77001122' };
    const beside = await renderLicence({ portrait: obama, secondPerson: kim, holder: number });
    const two = await withDocument('two', obama, beside);
    assert.deepEqual(
      [two.body.status, two.body.last_error.code],
      ['requires_input', 'document_multiple_faces'],
    );
  });

  it('of a screen or a print is not taken for a person, where liveness is asked for', async () => {
    const own = await idv.account();
    const capture = async (user_id: string, frame: Uint8Array) => {
      const session = { flow: 'registration', policy: 'liveness', user_id };
      const { body } = await own.test('POST', SESSIONS, session);
      const taken = await captures(own.test).take(idv.twin, body.id, frame);
      return [taken.body.status, taken.body.last_error?.code ?? null];
    };
    for (const kind of ['screen', 'print'] as const)
      for (const [i, picture] of [franck, kim].entries()) {
        const fake = new Uint8Array(await spoof(kind, picture, i + 3));
        assert.deepEqual(await capture(`${kind}-${i}`, fake), ['requires_input', 'liveness_failed'], kind);
      }
    assert.deepEqual(await capture('live', franck), ['verified', null]);
  });
});
