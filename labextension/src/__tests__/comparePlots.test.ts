import compare from '../../../tests/contract/compare.json';
import importance from '../../../tests/contract/importance.json';
import noise from '../../../tests/contract/noise.json';
import plots from '../../../tests/contract/plots.json';
import type { ICompared, IImportance, INoise } from '../compared';
import { differences } from '../compare/difference';
import { fieldsOf } from '../compare/fields';
import { placesOn } from '../compare/parallel';
import { readSaved } from '../compare/saved';
import { asNumber } from '../compare/values';
import { formatNumber } from '../live/format';
import type { Num } from '../runs';

it('reads and writes numbers as Python does', () => {
  for (const [text, number] of plots.numbers) {
    const read = asNumber(text as string);
    expect([text, Number.isNaN(read) ? 'NaN' : read]).toEqual([
      text,
      number === 'NaN' || number === null ? number : Number(number)
    ]);
  }
  for (const [number, text] of plots.shown) {
    expect(formatNumber(number as Num)).toBe(text);
  }
});

it('places params and metrics on axes as Python does', () => {
  const compared = { tags: {}, ...plots.compared } as unknown as ICompared;
  const fields = fieldsOf(differences(compared), compared);
  const known = new Map(fields.map(field => [field.id, field]));
  const golden = Object.entries(plots.columns);
  expect(golden.length).toBeGreaterThan(10);
  for (const [id, { type, log, places }] of golden) {
    const field = known.get(id);
    expect([id, field?.numeric, field?.log]).toEqual([
      ...[id, type === 'quantitative', log]
    ]);
    placesOn(field as NonNullable<typeof field>).forEach((place, i) => {
      const other = places[i] ?? null;
      if (place === null || other === null) {
        expect([id, i, place]).toEqual([id, i, other]);
      } else {
        expect(place).toBeCloseTo(other, 9);
      }
    });
  }
});

it('reads an answer out of a notebook as the server gives it', () => {
  const answer: unknown = compare;
  const key = 'a'.repeat(32);
  const saved = readSaved({
    ...{ version: 1, kind: 'compare', key },
    snapshot: { at: 1, compare: answer }
  });
  const { runs, missing, params, metrics, tags, datasets } = compare;
  expect(saved?.compared).toEqual({
    ...{ runs, missing, params, metrics, tags, datasets }
  });
});

it('knows the answers about noise and importance', () => {
  // Types are checked here: a member that is called otherwise does not compile.
  const judged = noise as unknown as INoise;
  const ranked = importance as IImportance;
  expect(judged.groups[0]?.verdict).toContain('baseline');
  expect(ranked.params[0]?.importance).toBeGreaterThan(0);
});
