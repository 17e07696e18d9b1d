import type { ImportState } from './import-folder.js';
import { bar } from './progress-output.js';
import { sayBytes, sayCount, sayDuration, sayRate, sayShare } from './say.js';

/** The first moments tell nothing of how long it takes. */
const ESTIMATE_AFTER_MS = 3_000;

/** How an import is shown. @param elapsed milliseconds since it began */
export function importProgress(state: ImportState, elapsed: number) {
  const { files, bytes, uploaded, there, leftOut } = state;
  const done = uploaded.files + there.files;
  const share = bytes === 0 ? 1 : Math.min(1, (uploaded.bytes + there.bytes) / bytes);
  const counts = [
    `${sayCount(done)} of ${sayCount(files)} files`,
    ...(there.files > 0 ? [`${sayCount(there.files)} there already`] : []),
    ...(leftOut > 0 ? [`${sayCount(leftOut)} left out`] : []),
  ].join(', ');
  const rate = `${sayBytes((uploaded.bytes / Math.max(1, elapsed)) * 1_000)}/s, ${sayRate((done / Math.max(1, elapsed)) * 1_000)}`;
  const left = eta(state, elapsed);
  return {
    lines: (width: number) => [
      `${bar(share, Math.min(40, width - 8))} ${sayShare(share)}`,
      `${counts}, ${rate}${left}`,
    ],
    urgent: done === files,
    plain: `${sayShare(share)}: ${counts}, ${rate}${left}`,
  };
}

/** What is there already goes by in no time, so only what is sent says how long the rest takes. */
function eta({ files, bytes, uploaded, there }: ImportState, elapsed: number): string {
  const rest = bytes - uploaded.bytes - there.bytes;
  if (uploaded.files + there.files >= files || elapsed < ESTIMATE_AFTER_MS || uploaded.bytes === 0) return '';
  return `, about ${sayDuration((rest / uploaded.bytes) * elapsed)} left`;
}
