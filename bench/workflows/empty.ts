import { condition, defineUpdate, setHandler } from '@temporalio/workflow';

export const doneUpdate = defineUpdate<string>('done');

/** The least a workflow that answers an Update can do: what the Temporal server itself costs. */
export async function empty(): Promise<void> {
  let asked = false;
  setHandler(doneUpdate, () => {
    asked = true;
    return 'done';
  });
  await condition(() => asked);
}
