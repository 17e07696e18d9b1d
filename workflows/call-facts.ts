import type { CheckResult } from '../domain/decision.js';
import type { CallFact, Closest, NotedFact } from '../domain/facts.js';

/**
 * What the calls of this session told and is not written yet. A module of its own for every workflow, as all of a workflow's
 * memory: so a fact is noted where an activity answers, and no flow can forget one, not even where it goes on to fail.
 */
let noted: NotedFact[] = [];
let count = 0;
let attempt = 1;
let closest: Closest | undefined;

/** What an activity may answer: a check's result, or something with one, or with facts that belong to no check. */
type Answer = Partial<CheckResult> & { result?: Partial<CheckResult> };

/** Notes the facts in an activity's answer, and returns the answer without them: no state ever has them. */
export function noteFacts<T>(answer: T): T {
  if (answer === null || typeof answer !== 'object') return answer;
  const { facts, closest: other, ...rest } = answer as Answer;
  if (other) closest = other;
  for (const fact of facts ?? []) note(fact, rest);
  if (!rest.result?.facts && !rest.result?.closest) return rest as T;
  return { ...rest, result: noteFacts(rest.result) } as T;
}

function note(fact: CallFact, { check, outcome, reasons }: Answer): void {
  count += 1;
  noted.push({
    ...fact,
    attempt,
    number: count,
    ...(check ? { check } : {}),
    ...(outcome ? { outcome } : {}),
    ...(reasons?.length ? { reasons } : {}),
  });
}

/** From now on facts belong to this attempt, from 1. */
export function countAttempt(number: number): void {
  attempt = number;
}

/** What was noted since it was taken last. */
export function takeFacts(): { facts: readonly NotedFact[]; closest?: Closest } {
  const facts = noted;
  noted = [];
  return { facts, ...(closest ? { closest } : {}) };
}
