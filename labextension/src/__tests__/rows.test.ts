import { Feed } from '../live/feed';
import { readFrame } from '../live/frame';
import { spread } from '../live/labels';
import { chooseAxis, chooseScale, panelRows, smooth } from '../live/rows';
import {
  type IChoices,
  type IFrame,
  type IRow,
  newChoices
} from '../live/types';
import { frame, POINTS } from './snapshot';

let picture: IFrame;
let choices: IChoices;

beforeEach(() => {
  const read = readFrame(frame(), POINTS);
  if (!read) {
    throw new Error('The test’s frame can’t be read.');
  }
  picture = read;
  choices = newChoices();
});

function rows(): IRow[] {
  const panel = picture.panels[0];
  return panel ? panelRows(picture, panel, choices) : [];
}

it('makes a row for each point, a gap of NaN, and one label for each line', () => {
  expect(rows()).toEqual([
    expect.objectContaining({ x: 0, y: 1, series: 0, last: false }),
    expect.objectContaining({ x: 1, y: null, series: 0, last: false }),
    expect.objectContaining({ x: 2, y: 0.5, last: true, label: 'train' }),
    expect.objectContaining({ x: 0, y: 2, series: 1, last: true, opacity: 1 })
  ]);
});

it('writes the label at the last value, not in a gap', () => {
  picture.series[0]?.y.set([NaN], 2);
  expect(rows().findIndex(row => row.last)).toBe(0);
});

it('smooths over a faint raw line, which has no label', () => {
  choices.smoothing = 0.5;
  const raw = rows().filter(row => row.series === 0);
  const smoothed = rows().filter(row => row.series === 2);
  expect(raw.every(row => row.opacity < 1 && !row.last)).toBe(true);
  expect(smoothed.map(row => row.y)).toEqual([1, null, expect.closeTo(2 / 3)]);
  expect(smoothed.map(row => row.last)).toEqual([false, false, true]);
});

it('corrects the mean for its start, and passes over gaps', () => {
  expect([...smooth(Float64Array.of(3, 3, NaN, 3), 0.9)]).toEqual([
    3,
    expect.closeTo(3),
    NaN,
    expect.closeTo(3)
  ]);
});

it('draws over time in a unit that fits', () => {
  choices.axis = 'time';
  expect(rows().map(row => row.x)).toEqual([0, 1, 2, 0]);
  const panel = picture.panels[0];
  if (!panel) {
    throw new Error('the picture has a panel');
  }
  expect(chooseAxis(picture, panel, choices).title).toBe('seconds');
  picture.now = picture.started + 4 * 3_600_000;
  expect(chooseAxis(picture, panel, choices).title).toBe('hours');
  choices.axis = 'step';
  panel.x_title = 'run';
  expect(chooseAxis(picture, panel, choices).title).toBe('run');
});

it('hides the metrics that the user does not want', () => {
  choices.hidden.add('loss');
  expect(rows().map(row => row.label)).toEqual(['val']);
});

it('takes a logarithm only where there is one', () => {
  const panel = picture.panels[0];
  if (!panel) {
    throw new Error('no panel');
  }
  expect(chooseScale(panel, choices, rows())).toBe('linear');
  panel.log = true;
  expect(chooseScale(panel, choices, rows())).toBe('log');
  choices.scale = 'linear';
  expect(chooseScale(panel, choices, rows())).toBe('linear');
  choices.scale = 'log';
  picture.series[1]?.y.set([0]);
  expect(chooseScale(panel, choices, rows())).toBe('symlog');
  expect(chooseScale(panel, choices, [])).toBe('linear');
});

it.each(['linear', 'log', 'symlog'] as const)(
  'keeps labels apart (%s)',
  scale => {
    const row = (y: number, last: boolean): IRow => ({
      ...{ x: 0, y, last, label: 'l', color: '', opacity: 1, series: 0 }
    });
    const labels = [
      row(1, true),
      row(1.001, true),
      row(10, true),
      row(9.9, true)
    ];
    spread([row(0.1, false), ...labels], scale);
    const places = labels.map(one => one.at ?? NaN).sort((a, b) => a - b);
    const gaps = places.slice(1).map((place, i) => place - (places[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(0.1);
    expect(places.at(-1)).toBeLessThanOrEqual(10 + 1e-9);
  }
);

it('changes the rows that are there, and adds and removes only the difference', () => {
  const feed = new Feed();
  const has = new Set<IRow>();
  const counts = { inserted: 0, removed: 0 };
  const changes = {
    insert: (some: IRow[]) => {
      counts.inserted += some.length;
      some.forEach(row => has.add(row));
    },
    remove: (some: IRow[]) => {
      counts.removed += some.length;
      some.forEach(row => has.delete(row));
    },
    modify: (row: IRow, field: string, value: unknown) => {
      Object.assign(row, { [field]: value });
    }
  };
  const key = (row: IRow): string => `${row.series}/${row.x}`;
  const told = (some: Iterable<IRow>): IRow[] =>
    [...some].sort((a, b) => key(a).localeCompare(key(b)));
  feed.write(rows(), changes);
  expect(told(has)).toEqual(told(rows()));
  picture.series[0]?.y.set([9, 8, 7]);
  feed.write(rows(), changes);
  expect(told(has)).toEqual(told(rows()));
  expect(counts).toEqual({ inserted: 4, removed: 0 });
  choices.smoothing = 0.5;
  feed.write(rows(), changes);
  expect(told(has)).toEqual(told(rows()));
  choices.hidden.add('loss');
  feed.write(rows(), changes);
  expect(told(has)).toEqual(told(rows()));
  expect(counts).toEqual({ inserted: 7, removed: 6 });
});
