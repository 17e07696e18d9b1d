import assert from 'node:assert/strict';
import {
  dictionary,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  text,
  withDefault,
} from '../../../local/rekognition/operations/fields.js';

const shape = object({
  Name: text({ min: 1, max: 5, pattern: '[a-z]+' }),
  Size: withDefault(integer({ min: 1, max: 9 }), 3),
  Share: optional(number({ min: 0, max: 1 })),
  Kind: optional(oneOf(['A', 'B'])),
  Items: optional(list(text(), { min: 1, max: 2 })),
  Tags: optional(dictionary(text({ max: 3 }), text({ max: 3 }))),
});
const read = (more: object) => shape({ Name: 'abc', ...more }, '');

describe('fields of a request', () => {
  it('are read with defaults, null taken for absent, and unknown ones ignored', () => {
    const expected = {
      Name: 'abc',
      Size: 3,
      Share: undefined,
      Kind: undefined,
      Items: undefined,
      Tags: undefined,
    };
    assert.deepEqual(read({ Share: null, Other: 1 }), expected);
  });

  const broken: readonly (readonly [object, RegExp])[] = [
    [{ Name: '' }, /'name'.*length greater than or equal to 1/],
    [{ Name: 'abcdef' }, /'name'.*length less than or equal to 5/],
    [{ Name: 'a1' }, /Value 'a1' at 'name'.*regular expression pattern: \[a-z\]\+/],
    [{ Name: undefined }, /Value 'null' at 'name'.*not be null/],
    [{ Size: 0 }, /'size'.*value greater than or equal to 1/],
    [{ Share: 1.5 }, /'share'.*value less than or equal to 1/],
    [{ Kind: 'C' }, /'kind'.*enum value set: \[A, B\]/],
    [{ Items: [] }, /'items'.*length greater than or equal to 1/],
    [{ Tags: { long: 'x' } }, /'tags'.*length less than or equal to 3/],
  ];
  for (const [input, message] of broken) {
    it(`name the constraint that ${JSON.stringify(input)} breaks`, () => {
      assert.throws(() => read(input), { name: 'InvalidParameterException', status: 400, message });
    });
  }

  for (const input of [
    { Name: 1 },
    { Size: '1' },
    { Size: 1.5 },
    { Items: 'x' },
    { Tags: [] },
    { Kind: 7 },
  ]) {
    it(`are not of another type: ${JSON.stringify(input)}`, () => {
      assert.throws(() => read(input), { name: 'SerializationException' });
    });
  }
});
