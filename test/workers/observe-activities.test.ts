import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../../activities/index.js';
import { eventsBetween } from '../../domain/events.js';
import type { SessionState } from '../../domain/session.js';
import { observeActivities } from '../../workers/observe-activities.js';
import { logged } from '../activities/support/logged.js';
import { type OnTwin, onTwin, undisturbed } from '../activities/support/on-twin.js';
import { picture } from '../activities/support/pictures.js';
import { subjectOf } from '../activities/support/registered.js';
import { sessionState } from '../activities/support/rows.js';
import { policyWith } from '../support/session-fixtures.js';
import { type Recorded, record, stopRecording } from '../telemetry/recorder.js';

const WORKFLOW = 'session/acme/test/vs_1';

describe('what is seen of activities', () => {
  let aws: OnTwin;
  let activities: ReturnType<typeof createActivities>;
  let recorded: Recorded;
  before(async () => {
    aws = await onTwin();
    activities = createActivities(aws.ports);
  });
  beforeEach(() => {
    recorded = record();
  });
  afterEach(() => {
    stopRecording();
    undisturbed(aws);
  });

  function run<R>(activityType: string, activity: () => Promise<R>, attempt = 1): Promise<R> {
    const workflowExecution = { workflowId: WORKFLOW, runId: 'run' };
    return new MockActivityEnvironment(
      { activityType, attempt, workflowExecution },
      { interceptors: [observeActivities], logger: new DefaultLogger('ERROR', () => undefined) },
    ).run(activity);
  }
  const counted = (name: string) =>
    recorded.measurements.filter((one) => one.name === name).map(({ attributes }) => attributes);

  it('is a span with the workflow and the attempt, around spans of its calls to AWS', async () => {
    const image = await aws.store(picture('anna'));
    recorded = record();
    const result = await run('checkQuality', () => activities.checkQuality({ image, gates: [] }), 3);
    assert.equal(result.outcome, 'passed');
    assert.deepEqual(
      recorded.spans.map(({ name, attributes, ended, failed }) => ({ name, attributes, ended, failed })),
      [
        {
          name: 'activity.checkQuality',
          attributes: { 'temporal.workflow_id': WORKFLOW, 'temporal.attempt': 3 },
          ended: true,
          failed: false,
        },
        {
          name: 'rekognition.DetectFaces',
          attributes: {
            'rpc.system': 'aws-api',
            'rpc.service': 'rekognition',
            'rpc.method': 'DetectFaces',
            'idv.outcome': 'ok',
          },
          ended: true,
          failed: false,
        },
      ],
    );
    assert.deepEqual(counted('idv.activities'), [{ activity: 'checkQuality', outcome: 'ok' }]);
  });

  it('names the type of a failure of ours, and of others that it was an error', async () => {
    const failure = ApplicationFailure.create({ type: 'Throttled', message: 'quotes u-secret' });
    await assert.rejects(
      run('one', () => Promise.reject(failure)),
      failure,
    );
    const error = new TypeError('quotes u-secret');
    await assert.rejects(
      run('two', () => Promise.reject(error)),
      error,
    );
    assert.deepEqual(counted('idv.activities'), [
      { activity: 'one', outcome: 'Throttled' },
      { activity: 'two', outcome: 'error' },
    ]);
    assert.deepEqual(
      recorded.spans.map(({ failed, ended }) => [failed, ended]),
      [
        [true, true],
        [true, true],
      ],
    );
    assert.ok(!JSON.stringify(recorded).includes('u-secret'));
  });

  it('counts decisions by flow, status and reason, and nothing that is told of a session at rest', async () => {
    const tenant = await aws.tenant();
    const subject = subjectOf('me');
    const save = (changes: Partial<SessionState>, before: Partial<SessionState> = {}) => {
      const state = sessionState('vs_1', { subject, ...changes });
      return activities.saveSession({
        ...{ tenant, state, faceKey: 'abcdefghijklmnop', spent: [], retention: policyWith().retention },
        log: logged({ events: eventsBetween(sessionState('vs_1', before), state) }),
      });
    };
    await save({ flow: 'registration', status: 'verified' });
    await save({ flow: 'registration', status: 'rejected', reasons: ['duplicate_face', 'selfie_blurry'] });
    await save({ status: 'verified', flagged: 'duplicate_suspected' }, { status: 'verified' });
    await save({ status: 'needs_review', escalatedAt: 1 }, { status: 'needs_review' });
    assert.deepEqual(counted('idv.decisions'), [
      { flow: 'registration', status: 'verified', reason: 'none' },
      { flow: 'registration', status: 'rejected', reason: 'duplicate_face' },
    ]);
    assert.ok(!JSON.stringify(recorded).includes(subject));
  });
});
