import assert from 'node:assert/strict';
import type { ApplicationFailure } from '@temporalio/common';
import { toFailure } from '../../../activities/aws/to-failure.js';
import { splitSource } from '../../../activities/batch/split-source.js';
import type { Archive } from '../../../activities/ports/archive.js';
import type { BatchSource } from '../../../domain/batch/source.js';
import { archiveOf } from './archive-of.js';

const tenant = { account: 'a', mode: 'test' as const };

describe('a source that S3 refuses', () => {
  const prefix: BatchSource = { kind: 'prefix', bucket: 'b', prefix: '', userId: '{user_id}' };
  const manifest: BatchSource = {
    kind: 'manifest',
    bucket: 'b',
    key: 'l',
    format: 'csv',
    columns: { key: 'k' },
  };
  const fails = (error: object, source: BatchSource) => {
    const fail = async () => {
      throw toFailure('ListObjectsV2', Object.assign(new Error('no'), error));
    };
    const archive = { ...archiveOf(new Map()), list: fail, read: fail } as Archive;
    const asked = splitSource({ archive }, { tenant, source, chunkItems: 1, chunks: 1 });
    return asked.then(
      () => 'none',
      (failure: ApplicationFailure) => failure.type,
    );
  };

  it('is for an operator to mend, whatever S3 calls it, and an outage is not', async () => {
    const status = (httpStatusCode: number) => ({ name: 'IllegalLocation', $metadata: { httpStatusCode } });
    for (const source of [prefix, manifest]) {
      assert.equal(await fails(status(400), source), 'OperatorMustAct');
      assert.equal(await fails(status(503), source), 'DependencyUnavailable');
      assert.equal(await fails({ code: 'ENOTFOUND' }, { ...source, region: 'eu-west-1' }), 'OperatorMustAct');
      assert.equal(await fails({ code: 'ENOTFOUND' }, source), 'DependencyUnavailable');
    }
  });
});
