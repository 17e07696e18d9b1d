import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { LoggedRequest } from '../../local/faults/request-log.js';
import { personalValues } from './person.js';

/** The ways in which a text can show a value. A hash without a key is one: whoever guesses the value can check it. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // Without the groups of four that what stands before and behind has a part in; no more, or chance finds the rest.
  const shifted = [0, 1, 2].map((shift) => {
    const end = (shift + bytes.length) % 3 === 0 ? undefined : -4;
    return Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, end);
  });
  const hash = createHash('sha256').update(bytes).digest();
  const base64 = [...shifted, hash.toString('base64').replace(/=+$/, '')];
  return [
    value,
    bytes.toString('latin1'),
    encodeURIComponent(value),
    value.replaceAll(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    hash.toString('hex'),
  ];
}

const needles = personalValues.flatMap((value) => formsOf(value).map((form) => ({ value, form })));

function assertClean(where: string, ...texts: string[]): void {
  for (const text of texts) {
    const found = needles.find(({ form }) => text.includes(form));
    assert.equal(found, undefined, `${where} shows "${found?.value}", as ${found?.form}`);
  }
}

/** @throws AssertionError when the request, its URL and headers included, shows a personal value or its bare hash */
export function searchRequest({ service, operation, url, headers, body }: LoggedRequest): void {
  assertClean(`${service}.${operation}`, url, JSON.stringify(headers), body);
}

/**
 * Searches a history twice: as the server stores it, and with every payload decoded, those of failures included. What
 * even the keys of the payloads must not open is not in there at all.
 * @returns how many payloads were encrypted
 * @throws AssertionError when it shows a personal value or its bare hash
 */
export async function searchHistory(
  name: string,
  history: unknown,
  codecs: readonly PayloadCodec[],
): Promise<number> {
  const stored = JSON.stringify(history, (_key, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
  );
  assertClean(`the history of ${name}`, stored);
  let encrypted = 0;
  for (const payload of payloadsIn(history)) {
    let decoded = [payload];
    for (const codec of codecs) decoded = await codec.decode(decoded);
    for (const each of decoded) {
      if (each !== payload) encrypted += 1;
      assertClean(`a payload in the history of ${name}`, Buffer.from(each.data ?? []).toString('utf8'));
    }
  }
  return encrypted;
}

/** Everything that looks like a payload, wherever it is. */
function payloadsIn(value: unknown): Payload[] {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return [];
  const { metadata, data } = value as Payload;
  if (metadata && data instanceof Uint8Array) return [value as Payload];
  return Object.values(value).flatMap(payloadsIn);
}
