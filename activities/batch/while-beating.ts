/** Well below the shortest heartbeat timeout of a chunk, and often enough for whoever shows progress. */
const HEARTBEAT_MS = 5_000;

/** Heartbeats at once, every five seconds while `work` is under way, and when it ends. */
export async function whileBeating<T>(beat: () => void, work: () => Promise<T>): Promise<T> {
  beat();
  const timer = setInterval(beat, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    beat();
  }
}
