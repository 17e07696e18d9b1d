import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Naive, NaiveInput } from '../batch/naive.js';
import { NAIVE_PHOTOS, NAIVE_WORKFLOWS } from '../batch/naive-queues.js';

const { listPhotos } = proxyActivities<Naive>({
  taskQueue: NAIVE_WORKFLOWS,
  startToCloseTimeout: '1 minute',
});
const { indexPhoto } = proxyActivities<Naive>({ taskQueue: NAIVE_PHOTOS, startToCloseTimeout: '1 minute' });

/** One activity for each photo, a page of the source at once: what a batch index is compared with. */
export async function naiveBatch(input: NaiveInput): Promise<number> {
  const { tenant, jobId, policy } = input;
  let { position, done } = input;
  for (;;) {
    const page = await listPhotos({ ...input, ...(position ? { position } : {}) });
    await Promise.all(page.items.map((item) => indexPhoto({ tenant, jobId, policy, item })));
    done += page.items.length;
    position = page.position;
    if (!position) return done;
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof naiveBatch>({ ...input, position, done });
  }
}
