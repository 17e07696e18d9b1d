import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nameAgrees } from '../../domain/person-names.js';

const of = (firstNames: string, lastName: string) => ({ firstNames, lastName });

describe('the comparison of a name with a document', () => {
  for (const [typed, firstNames, lastName] of [
    ['Zuzana Kreslová', 'ZUZANA', 'KRESLOVA'],
    ['kreslová, zuzana', 'ZUZANA MARIA', 'KRESLOVA'],
    ['Jörg Müller', 'JOERG', 'MUELLER'],
    ['Joerg Mueller', 'Jörg', 'Müller'],
    ['Jorg Muller', 'Jörg', 'Müller'],
    ['Strauß Anna', 'ANNA', 'STRAUSS'],
    ['Søren Ærø', 'SOEREN', 'AEROE'],
    ['José Peña', 'JOSE', 'PENA'],
    ['José Peña', 'JOSE', 'PENXXA'],
    ['Łukasz Żak', 'LUKASZ', 'ZAK'],
    ["Sean O'Brien", 'SEAN', 'OBRIEN'],
    ['Sean O’Brien', 'SEAN', 'O BRIEN'],
    ['Sean O Brien', 'SEAN', 'OBRIEN'],
    ['Anna-Maria Schmidt-Rottluff', 'ANNA MARIA', 'SCHMIDT ROTTLUFF'],
    ['Annemarie Huber', 'ANNE MARIE', 'HUBER'],
    ['Martin P. Kresler', 'MARTIN PAUL', 'KRESLER'],
    ['Mr Martin Kresler Jr.', 'MARTIN PAUL JR', 'KRESLER'],
    ['Paul Kresler', 'MARTIN PAUL', 'KRESLER'],
    ['Gabriel García Márquez', 'GABRIEL JOSE', 'GARCIA MARQUEZ'],
    ['Maria de la Cruz', 'MARIA', 'DE LA CRUZ'],
    ['Suharto', '', 'SUHARTO'],
  ] as const) {
    it(`takes "${typed}" for ${firstNames} ${lastName}`, () => {
      assert.ok(nameAgrees(typed, of(firstNames, lastName)));
    });
  }

  for (const [typed, firstNames, lastName, why] of [
    ['Zuzana Kresler', 'ZUZANA', 'KRESLOVA', 'another last name'],
    ['Paula Kresler', 'MARTIN PAUL', 'KRESLER', 'another given name'],
    ['Kresler', 'MARTIN PAUL', 'KRESLER', 'no given name'],
    ['M Kresler', 'MARTIN PAUL', 'KRESLER', 'initials only'],
    ['Martin', 'MARTIN PAUL', 'KRESLER', 'no last name'],
    ['Martin Peter Kresler', 'MARTIN PAUL', 'KRESLER', 'a name more'],
    ['Gabriel García', 'GABRIEL', 'GARCIA MARQUEZ', 'half a last name'],
    ['Мартин Креслер', 'MARTIN', 'KRESLER', 'another script'],
    ['', 'MARTIN', 'KRESLER', 'nothing'],
    ['Martin Kresler', '', '', 'nothing read'],
  ] as const) {
    it(`does not take "${typed}" for ${firstNames} ${lastName}: ${why}`, () => {
      assert.ok(!nameAgrees(typed, of(firstNames, lastName)));
    });
  }

  it('takes the start of the last given name only where the zone had no room for more', () => {
    const cut = of('MARTIN MAXIMIL', 'KRESLER');
    assert.ok(nameAgrees('Martin Maximilian Kresler', { ...cut, truncated: true }));
    assert.ok(!nameAgrees('Martin Maximilian Kresler', cut));
  });

  it('does not depend on order, case or marks between words', () => {
    const word = fc.stringMatching(/^[A-Z]{2,10}$/);
    const names = fc.tuple(fc.array(word, { minLength: 1, maxLength: 3 }), word);
    fc.assert(
      fc.property(
        names,
        fc.constantFrom(' ', '-', ', ', '  '),
        fc.boolean(),
        ([given, last], gap, turned) => {
          const typed = turned ? [last, ...given] : [...given, last];
          // Words around a name are no part of it: nobody is called that.
          fc.pre(!typed.some((each) => /^(MR|MRS|MS|DR|PROF|JR|SR|II|III|IV)$/.test(each)));
          return nameAgrees(typed.join(gap).toLowerCase(), of(given.join(' '), last));
        },
      ),
    );
  });

  it('never takes a stranger whose last name shares no word', () => {
    const word = fc.stringMatching(/^[A-M]{3,8}$/);
    const other = fc.stringMatching(/^[N-Z]{3,8}$/);
    fc.assert(
      fc.property(
        word,
        word,
        other,
        (given, last, theirs) => !nameAgrees(`${given} ${theirs}`, of(given, last)),
      ),
    );
  });
});
