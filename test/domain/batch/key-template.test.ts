import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchKey, parseKeyTemplate } from '../../../domain/batch/key-template.js';

const match = (template: string, key: string) => matchKey(parseKeyTemplate(template), key);

describe('parseKeyTemplate', () => {
  it('says what to mend', () => {
    const wrong = (template: string, message: RegExp) =>
      assert.throws(() => parseKeyTemplate(template), { name: 'RangeError', message });
    wrong('', /has no \{user_id\}: put it where the user id is/);
    wrong('photos/*.jpg', /has no \{user_id\}/);
    wrong('{user_id}/{user_id}.jpg', /2 times: keep one/);
    wrong('{userId}/{user_id}.jpg', /"\{userId\}\/" has a brace/);
    wrong('{user_id}*.jpg', /follow each other: put what separates them/);
    wrong('**/{user_id}', /follow each other/);
  });
});

describe('matchKey', () => {
  it('finds the user id of keys that fit as a whole', () => {
    assert.equal(match('photos/{user_id}.jpg', 'photos/u-1.jpg'), 'u-1');
    assert.equal(match('photos/{user_id}/*.jpg', 'photos/u-1/front.jpg'), 'u-1');
    assert.equal(match('*/{user_id}', '2019/u-1'), 'u-1');
    assert.equal(match('{user_id}', 'u-1'), 'u-1');
    assert.equal(match('{user_id}/*', 'u-1/'), 'u-1');
    for (const key of ['photos/.jpg', 'photos/a/b.jpg', 'photos/a.png', 'x/photos/a.jpg', 'photos/a.jpg.tmp'])
      assert.equal(match('photos/{user_id}.jpg', key), undefined, key);
  });

  it('keeps case and Unicode, however it is composed', () => {
    assert.equal(match('Fotos/{user_id}.JPG', 'Fotos/Zoë 😀.JPG'), 'Zoë 😀');
    assert.equal(match('Fotos/{user_id}.JPG', 'fotos/a.JPG'), undefined);
    const [composed, decomposed] = ['\u00e9', 'e\u0301'];
    assert.equal(match(`${composed}/{user_id}`, `${decomposed}/a`), undefined);
    assert.equal(match(`${composed}/{user_id}`, `${composed}/${decomposed}`), decomposed);
  });

  it('ends a part at the first place it can', () => {
    assert.equal(match('{user_id}_*.jpg', 'a_b_c.jpg'), 'a');
    assert.equal(match('{user_id}_*.jpg', '_b_c.jpg'), '_b');
  });

  it('takes the text of a template for itself, whatever it means to regular expressions', () => {
    assert.equal(match('a.b+(c)/{user_id}$', 'a.b+(c)/u$'), 'u');
    assert.equal(match('a.b/{user_id}', 'axb/u'), undefined);
  });

  it('does what a lazy regular expression does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 3 });
    const between = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), minLength: 1, maxLength: 2 });
    const template = fc
      .tuple(text, fc.array(between, { maxLength: 3 }), text, fc.nat(3))
      .map(([first, middle, last, user]) =>
        [...middle, last].reduce(
          (whole, next, at) => `${whole}${at === user % (middle.length + 1) ? '{user_id}' : '*'}${next}`,
          first,
        ),
      );
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 });
    const filled = template.chain((of) =>
      fc
        .infiniteStream(fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 3 }))
        .map((values) => [of, of.replace(/\{user_id\}|\*/g, () => values.next().value ?? '')] as const),
    );
    fc.assert(
      fc.property(fc.oneof(filled, fc.tuple(template, key)), ([of, it]) => {
        const pattern = of
          .replace(/\./g, '\\.')
          .replace(/\*/g, '[^/]*?')
          .replace('{user_id}', '(?<user>[^/]+?)');
        assert.equal(match(of, it), new RegExp(`^${pattern}$`).exec(it)?.groups?.user);
      }),
      { numRuns: 500 },
    );
  });

  it('finds whatever user id was put in', () => {
    const userId = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 6 })
      .filter((id) => !id.includes('/'));
    fc.assert(
      fc.property(userId, (id) => {
        assert.equal(match('p/{user_id}/x.jpg', `p/${id}/x.jpg`), id);
      }),
    );
  });

  it('takes no time to speak of for many stars', () => {
    const template = `{user_id}${'a*'.repeat(40)}b`;
    assert.equal(match(template, `x${'a'.repeat(10_000)}`), undefined);
  });
});
