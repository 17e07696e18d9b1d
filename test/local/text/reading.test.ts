import assert from 'node:assert/strict';
import { zoneOf } from '../../../local/textract/zone.js';
import {
  type CardOptions,
  renderIdCardBack,
  renderLargeIdCard,
  renderLicence,
  renderPassport,
  zoneOf as zonePrinted,
} from '../../support/id-cards.js';
import { textEngine } from './engine.js';

const formats = [
  { format: 'TD1', code: 'ID', render: renderIdCardBack },
  { format: 'TD2', code: 'I', render: renderLargeIdCard },
  { format: 'TD3', code: 'P', render: renderPassport },
] as const;
const POOR: CardOptions = { tilt: 6, blur: 1.2 };

describe('reading', function () {
  this.timeout(60_000);

  for (const { format, code, render } of formats) {
    it(`gets every character of a ${format} zone right, tilted and blurred`, async () => {
      const zone = zoneOf(await textEngine.read(await render(POOR)));
      assert.deepEqual(zone?.lines, zonePrinted(format, code));
      assert.deepEqual([zone?.parsed.format, zone?.parsed.valid], [format, true]);
    });
  }

  it('does not mend a wrong check digit', async () => {
    const zone = zoneOf(await textEngine.read(await renderPassport({ broken: 'birthDate' })));
    assert.equal(zone?.parsed.valid, false);
    const wrong = zone?.parsed.details.filter(({ valid }) => !valid).map(({ field }) => field);
    assert.deepEqual(wrong, ['birthDateCheckDigit']);
  });

  it('finds nearly every word of a licence in poor photos', async () => {
    const printed =
      'CALIFORNIA DRIVER LICENSE D23145890 KRESLER MARTIN PAUL 2570 24TH STREET SACRAMENTO CA 95818';
    const expected = `${printed} 03/14/2035 08/12/1974 03/15/2025`.split(' ');
    let found = 0;
    const photos: readonly CardOptions[] = [
      { tilt: -10, blur: 1 },
      { blur: 2, scale: 0.8 },
    ];
    for (const look of photos) {
      const { lines } = await textEngine.read(await renderLicence(look));
      const words = lines.flatMap((line) => line.words.flatMap(({ text }) => text.split(/[,]/)));
      found += expected.filter((word) => words.includes(word)).length;
    }
    const share = (100 * found) / (expected.length * photos.length);
    console.log(`      ${share.toFixed(1)} % of the words of ${photos.length} poor photos`);
    assert.ok(share >= 95);
  });
});
