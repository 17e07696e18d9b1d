import { ApplicationFailure } from '@temporalio/common';
import { dayOf } from '../../domain/days.js';
import type { CheckResult } from '../../domain/decision.js';
import { judgeDocument, judgeFaces, type TypedFields } from '../../domain/document-gates.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Policy } from '../../domain/policy.js';
import type { ReasonCode } from '../../domain/reasons.js';
import type { Tenant } from '../../domain/session.js';
import { failures } from '../../workflows/failures.js';
import type { FaceIndex, Ports } from '../ports.js';
import { understand } from './understand.js';

export interface DocumentRequest {
  tenant: Tenant;
  sessionId: string;
  /** Number of the session's attempt, from 1. */
  attempt: number;
  front: ImageRef;
  back?: ImageRef;
  policy: Policy;
}

/** What a workflow may know of a document. */
export interface CheckedDocument {
  result: CheckResult;
  /** Keyed hash of its number; absent where it was not read. */
  hash?: string;
}

/**
 * The document check: text, machine-readable zone, type, expiry, faces, and what the caller typed (whitepaper, "New user
 * registration" step 6). What was typed is read from the session's row and what was read is written there, both sealed: the
 * answer says nothing of the person.
 * @throws ApplicationFailure `OperatorMustAct` when that row is gone
 */
export async function checkDocument(
  ports: Pick<Ports, 'faces' | 'texts' | 'documents' | 'sessions'>,
  request: DocumentRequest,
): Promise<CheckedDocument> {
  const { tenant, sessionId, attempt, front, back, policy } = request;
  const today = dayOf(Date.now());
  const [row, text, faces] = await Promise.all([
    ports.sessions.read(tenant, sessionId),
    ports.texts[policy.document.reader].read({ front, ...(back ? { back } : {}) }),
    checkFaces(ports.faces, front),
  ]);
  if (!row) throw rowIsGone();

  const facts = [...text.facts, ...faces.facts];
  const evidence = {
    calls: facts.length,
    requestIds: facts.map(({ requestId }) => requestId),
    images: [front, ...(back ? [back] : [])].map(({ sha256 }) => sha256),
    measures: { faces: faces.count, texts: facts.reduce((sum, { texts = 0 }) => sum + texts, 0) },
  };
  const result = (reasons: readonly ReasonCode[]): CheckResult => ({
    check: 'document',
    outcome: reasons.length === 0 ? 'passed' : 'failed',
    reasons: [...new Set(reasons)],
    evidence,
    facts,
  });

  const read = understand(text, today);
  if ('reasons' in read) {
    await ports.sessions.saveDocument(tenant, sessionId, attempt, undefined);
    return { result: result(read.reasons) };
  }
  const hash = ports.documents.hashOf(tenant, read.fields);
  const document = { fields: read.fields, ...(hash ? { hash } : {}) };
  await ports.sessions.saveDocument(tenant, sessionId, attempt, document);
  const reasons = judgeDocument({ ...read, typed: typedIn(row.details.profile), today }, policy.document);
  return { result: result([...faces.reasons, ...reasons]), ...(hash ? { hash } : {}) };
}

/** Every face of the document, and whether they are all of one person. */
async function checkFaces(faces: FaceIndex, front: ImageRef) {
  const seen = await faces.detectFaces({ image: front });
  if ('fault' in seen) {
    return { count: 0, reasons: ['document_unreadable'] satisfies ReasonCode[], facts: [seen.fact] };
  }
  const count = seen.faces.length;
  if (count < 2) return { count, reasons: judgeFaces(count, undefined), facts: [seen.fact] };
  // The largest face against all: no filter, or a pale second face would be left out as if it were not there.
  const compared = await faces.compareFaces({ source: front, target: front, qualityFilter: 'NONE' });
  const similarities = 'fault' in compared ? undefined : compared.similarities;
  return { count, reasons: judgeFaces(count, similarities), facts: [seen.fact, compared.fact] };
}

function typedIn(profile: TypedFields = {}): TypedFields {
  const { name, birthDate, documentNumber, address } = profile;
  return {
    ...(name === undefined ? {} : { name }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(documentNumber === undefined ? {} : { documentNumber }),
    ...(address === undefined ? {} : { address }),
  };
}

function rowIsGone(): ApplicationFailure {
  return ApplicationFailure.create({
    type: failures.operatorMustAct,
    message: 'The session row is gone. Cancel the session and let the person start again.',
    nonRetryable: true,
  });
}
