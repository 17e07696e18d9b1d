import { CHALLENGE_TYPES } from '../shapes.js';
import { integer, list, object, oneOf, optional, text, withDefault } from './fields.js';
import { operation } from './operation.js';

/** The only version of both challenges that AWS has told of. */
const CHALLENGE_VERSION = '1.0.0';

const version = text({
  min: 5,
  max: 11,
  pattern: '(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})',
});

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSessionRequestSettings.html */
const settings = object({
  AuditImagesLimit: withDefault(integer({ min: 0, max: 4 }), 0),
  ChallengePreferences: withDefault(
    list(
      object({
        Type: oneOf(CHALLENGE_TYPES),
        Versions: optional(object({ Minimum: optional(version), Maximum: optional(version) })),
      }),
    ),
    [],
  ),
  OutputConfig: optional(
    object({
      S3Bucket: text({ min: 3, max: 255, pattern: '[0-9A-Za-z.\\-_]*' }),
      S3KeyPrefix: withDefault(text({ max: 950, pattern: '\\S*' }), ''),
    }),
  ),
});

/**
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html: of the preferred
 * challenges the first; FaceMovementAndLightChallenge where none is.
 */
export const createFaceLivenessSession = operation(
  object({
    KmsKeyId: optional(text({ min: 1, max: 2048, pattern: '[A-Za-z0-9][A-Za-z0-9:_/+=,@.\\-]{0,2048}' })),
    Settings: optional(settings),
    ClientRequestToken: optional(text({ min: 1, max: 64, pattern: '[a-zA-Z0-9\\-_]+' })),
  }),
  async ({ liveness }, { KmsKeyId, Settings, ClientRequestToken }) => {
    const { AuditImagesLimit, ChallengePreferences, OutputConfig } = Settings ?? settings({}, '');
    const { Type: type = 'FaceMovementAndLightChallenge' } = ChallengePreferences[0] ?? {};
    const { id } = await liveness.create({
      auditImagesLimit: AuditImagesLimit,
      challenge: { type, version: CHALLENGE_VERSION },
      ...(ClientRequestToken !== undefined && { token: ClientRequestToken }),
      ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
      ...(OutputConfig && { output: { bucket: OutputConfig.S3Bucket, prefix: OutputConfig.S3KeyPrefix } }),
    });
    return { SessionId: id };
  },
);
