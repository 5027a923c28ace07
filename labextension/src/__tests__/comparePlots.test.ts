import compare from '../../../tests/contract/compare.json';
import importance from '../../../tests/contract/importance.json';
import noise from '../../../tests/contract/noise.json';
import plots from '../../../tests/contract/plots.json';
import type { ICompared, IImportance, INoise } from '../compared';
import { differences } from '../compare/difference';
import { fieldsOf, firstAxes, type IField } from '../compare/fields';
import { configTexts } from '../compare/noise';
import { placesOn } from '../compare/places';
import {
  boxDots,
  intervalRows,
  parallelPoints,
  scatterDots,
  withSelected
} from '../compare/plotrows';
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

const COMPARED = { tags: {}, ...plots.compared } as unknown as ICompared;
const RUNS = plots.compared.runs.map(({ run_id, name }) => ({
  ...{ run_id, name: name ?? run_id.slice(0, 8) }
}));

/** A param or metric of these runs. */
function field(id: string): IField {
  const found = fieldsOf(differences(COMPARED), COMPARED).find(
    one => one.id === id
  );
  if (!found) {
    throw new Error(`no ${id}`);
  }
  return found;
}

it('places params and metrics on axes as Python does', () => {
  const known = new Map(
    fieldsOf(differences(COMPARED), COMPARED).map(one => [one.id, one])
  );
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

it('chooses the axes of parallel coordinates as Python does', () => {
  expect(plots.axes.length).toBeGreaterThan(1);
  for (const [metric, axes] of plots.axes) {
    const chosen = firstAxes(differences(COMPARED), metric as string | null);
    expect(chosen).toEqual(axes);
  }
});

it('draws the dots, boxes and intervals that Python draws', () => {
  for (const { x, y, color, selected, rows } of plots.scatter) {
    const tone = color === null ? null : field(color);
    const dots = scatterDots(RUNS, field(x), field(y), tone);
    const drawn = withSelected(dots, new Set<string>(selected));
    expect(drawn).toEqual(
      rows.map(row => ({ ...row, color: color === null ? '' : row.color }))
    );
  }
  for (const { names, color, selected, lines } of plots.parallel) {
    const axes = names.map(field);
    const tone = field(color ?? names.at(-1) ?? '');
    const points = parallelPoints(RUNS, axes, tone);
    expect(points.filter(point => point.alone).length).toBe(
      lines.filter(line => line.alone).length
    );
    withSelected(points, new Set<string>(selected)).forEach((point, i) => {
      // Texts are longer in a picture that nobody points at.
      const { position, ...line } = lines[i] as (typeof lines)[0];
      const { text } = point;
      expect(point).toEqual({ ...line, position: point.position, text });
      expect(point.position ?? -1).toBeCloseTo(position ?? -1, 9);
    });
  }
  for (const { metric, by, rows } of plots.box) {
    const dots = boxDots(RUNS, field(by), field(`metrics.${metric}`));
    expect(withSelected(dots, new Set())).toEqual(rows);
  }
  const judged = plots.judged as unknown as INoise;
  const labels = configTexts(judged.groups);
  expect(intervalRows(judged, labels)).toEqual(plots.interval);
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
