import type { CheckResult } from '../domain/decision.js';
import { type Gate, judgeQuality, measures } from '../domain/gates.js';
import type { ImageRef } from '../domain/image-ref.js';
import type { FaceIndex } from './ports.js';

/** Quality of a selfie by DetectFaces and the policy's gates (whitepaper, "New user registration" step 1). */
export async function checkQuality(
  faces: FaceIndex,
  { image, gates }: { image: ImageRef; gates: readonly Gate[] },
): Promise<CheckResult> {
  const answer = await faces.detectFaces({ image });
  const evidence = { requestIds: [answer.requestId], calls: 1, images: [image.sha256] };
  const facts = [answer.fact];
  if ('fault' in answer) {
    return { check: 'quality', outcome: 'failed', reasons: ['selfie_unreadable'], evidence, facts };
  }
  const reasons = judgeQuality(answer.faces, gates);
  const [face] = answer.faces;
  const measured = face
    ? Object.fromEntries(gates.map(({ measure }) => [measure, round(measures[measure].of(face))]))
    : {};
  return {
    check: 'quality',
    outcome: reasons.length === 0 ? 'passed' : 'failed',
    reasons,
    evidence: { ...evidence, measures: { faces: answer.faces.length, ...measured } },
    facts,
  };
}

const round = (value: number) => Math.round(value * 100) / 100;
