import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { observed } from '../../../activities/aws/observe.js';
import { eventually } from '../../support/eventually.js';
import { type OnTwin, onTwin, undisturbed } from '../support/on-twin.js';
import { attempt } from '../support/try-of.js';

describe('a call to AWS', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });
  afterEach(() => undisturbed(aws));

  it('ends with the attempt that made it', async () => {
    aws.twin.faults.addRule({ service: 'dynamodb', operation: 'Query', when: 'before', error: 'hang' });
    aws.twin.faults.addRule({ service: 's3', operation: 'GetObject', when: 'before', error: 'hang' });
    aws.twin.faults.addRule({
      service: 'rekognition',
      operation: 'DetectFaces',
      when: 'before',
      error: 'hang',
    });
    const tenant = await aws.tenant();
    const image = { bucket: aws.settings.IDV_BUCKET, key: 'k', sha256: '', width: 1, height: 1 };
    const { users, photos, faces } = aws.ports;
    for (const call of [
      () => users.read(tenant, 'subject'),
      () => photos.get(image),
      () => faces.detectFaces({ image }),
    ]) {
      aws.calls();
      const environment = attempt();
      const ended = assert.rejects(environment.run(call), {
        type: 'DependencyUnavailable',
        message: /AbortError/,
      });
      await eventually('the call is on its way', async () => aws.twin.faults.requests().length > 0);
      environment.cancel();
      await ended;
    }
  });

  it('may be one of many at once, each of which stops listening to the attempt when it is answered', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    const tenant = await aws.tenant();
    const signal = (await attempt().run(async () => {
      await Promise.all(Array.from({ length: 30 }, () => aws.ports.users.read(tenant, 'subject')));
      return Context.current().cancellationSignal;
    })) as AbortSignal;
    await eventually('nobody listens', async () => getEventListeners(signal, 'abort').length === 0);
    process.off('warning', listen);
    assert.deepEqual(
      warnings.map(({ message }) => message),
      [],
    );
  });

  it('has nothing to end it outside of an activity', async () => {
    assert.deepEqual(await observed('s3', 'GetObject', async (options) => options), {});
  });
});
