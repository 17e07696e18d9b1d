import assert from 'node:assert/strict';
import {
  quoted,
  sayBytes,
  sayCount,
  sayDuration,
  sayMany,
  sayMoney,
  sayRate,
  sayShare,
  sayText,
  sayTime,
} from '../../cli/batch/say.js';

describe('what `idv batch` tells people', () => {
  const says = (name: string, actual: readonly string[], expected: readonly string[]) =>
    it(name, () => assert.deepEqual(actual, expected));

  says('counts with thousands', [sayCount(0), sayCount(1_234_567)], ['0', '1,234,567']);
  says(
    'many',
    [1, 2, 1_000].map((count) => sayMany(count, 'photo')),
    ['1 photo', '2 photos', '1,000 photos'],
  );
  says('money in cents, and never nothing of what is something', [0, 0.001, 0.005, 1_250.4].map(sayMoney), [
    '$0.00',
    'under $0.01',
    '$0.01',
    '$1,250.40',
  ]);
  says('shares, of which only everything is 100 %', [0, 0.0004, 0.0123, 0.9999, 1].map(sayShare), [
    '0 %',
    'under 0.1 %',
    '1.2 %',
    '99 %',
    '100 %',
  ]);
  says('rates', [0, 0.44, 48.66, 1_200.4].map(sayRate), ['0/s', '0.4/s', '48.7/s', '1,200/s']);
  says(
    'times in their two largest parts',
    [-5, 8_400, 59_600, 245_000, 3_600_000, 11_520_000, 190_800_000].map(sayDuration),
    ['0 s', '8 s', '1 min', '4 min 5 s', '1 h', '3 h 12 min', '2 d 5 h'],
  );
  says('sizes', [0, 999, 4_200_000, 123_456_789].map(sayBytes), ['0 bytes', '999 bytes', '4.2 MB', '123 MB']);
  says('moments', [sayTime('2026-11-24T14:46:31.000Z')], ['2026-11-24 14:46 UTC']);
  says(
    'names of files and lines of manifests, which cannot steer the terminal',
    [sayText('a\u001b[2Jb\n'), sayText('Ünal Ж 写真.jpg'), sayText('a\u202egpj')],
    ['a\\u001b[2Jb\\u000a', 'Ünal Ж 写真.jpg', 'a\\u202egpj'],
  );
  says('arguments as a shell takes them', ['s3://b/a.jpg', 'a/{user_id}/*', "l'été"].map(quoted), [
    's3://b/a.jpg',
    "'a/{user_id}/*'",
    "'l'\\''été'",
  ]);
});
