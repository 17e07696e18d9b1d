import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { IndexFacesCommand, ListFacesCommand, SearchFacesCommand } from '@aws-sdk/client-rekognition';
import { constantTimeEngine } from '../../../local/rekognition/engine/constant-time-engine.js';
import { eventually } from '../../support/eventually.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { clientOf, startRekognition } from './support.js';

const child = fileURLToPath(new URL('./kill-child.ts', import.meta.url));

describe('rekognition killed in the middle of IndexFaces calls', function () {
  this.timeout(60_000);

  it('has every face it answered for when it is started again', async () => {
    const directory = temporaryDirectory();
    const process = fork(child, [directory.path], { execArgv: ['--import', 'tsx'] });
    const [url] = (await once(process, 'message')) as [string];
    const client = clientOf(url);
    const answered: string[] = [];
    let killed = false;
    const indexing = Array.from({ length: 8 }, async (_, worker) => {
      for (let i = 0; !killed; i++) {
        const Image = { Bytes: Buffer.from(`photo ${worker} ${i}`) };
        const call = new IndexFacesCommand({
          CollectionId: 'people',
          Image,
          ExternalImageId: `${worker}:${i}`,
        });
        const answer = await client.send(call).catch(() => undefined);
        if (!answer) return;
        answered.push(answer.FaceRecords?.[0]?.Face?.FaceId as string);
      }
    });
    await eventually('300 faces are indexed', () => answered.length >= 300, 30_000);
    process.kill('SIGKILL');
    killed = true;
    await Promise.all(indexing);
    client.destroy();

    const again = await startRekognition({ dataDir: directory.path, engine: constantTimeEngine() });
    const kept = new Set<string | undefined>();
    for (let NextToken: string | undefined; ; ) {
      const page = await again.client.send(
        new ListFacesCommand({ CollectionId: 'people', ...(NextToken && { NextToken }) }),
      );
      for (const face of page.Faces ?? []) kept.add(face.FaceId);
      NextToken = page.NextToken;
      if (!NextToken) break;
    }
    assert.deepEqual(
      answered.filter((id) => !kept.has(id)),
      [],
    );
    const FaceId = answered.at(-1) as string;
    await again.client.send(new SearchFacesCommand({ CollectionId: 'people', FaceId }));
    await again.close();
    directory.remove();
  });
});
