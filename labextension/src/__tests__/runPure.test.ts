import { colour, picture } from '../run/curves';
import { diffLines } from '../run/diff';
import { lowerIsBetter } from '../run/direction';
import { kindOf } from '../run/kinds';
import { pretty } from '../run/pretty';
import { formatSize } from '../run/size';
import { HEIGHT, sparkline, WIDTH } from '../run/sparkline';
import type { ISeries, Num } from '../runs';
import golden from '../../../tests/contract/direction.json';
import palette from '../../../tests/contract/palette.json';

it.each([
  [golden.lower, true],
  [golden.higher, false],
  [golden.unknown, null]
])('knows which way is better as the kernel does: %s', (names, answer) => {
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    expect([name, lowerIsBetter(name)]).toEqual([name, answer]);
  }
});

it('draws in the colours of the kernel’s charts', () => {
  expect(palette.map((_, i) => colour(i))).toEqual(palette);
});

function changed(before: string, after: string): string[] {
  const signs = { same: ' ', gone: '-', new: '+' };
  return diffLines(before, after).map(one => signs[one.kind] + one.text);
}

it('compares lines', () => {
  expect(changed('a\nb\nc', 'a\nb\nc\n')).toEqual([' a', ' b', ' c']);
  expect(changed('a\nb\nc\nd', 'a\nx\nc\ny\nd')).toEqual([
    ...[' a', '-b', '+x', ' c', '+y', ' d']
  ]);
  expect(changed('', 'a')).toEqual(['-', '+a']);
  expect(changed('a\r\nb', 'a\nb')).toEqual([' a', ' b']);
  expect(changed('a\na', 'a')).toEqual([' a', '-a']);
});

it('gives back both texts, whatever they are', () => {
  for (let seed = 1; seed < 200; seed++) {
    const lines = (salt: number): string =>
      Array.from({ length: (seed * salt) % 9 }, (_, i) =>
        String((seed * (i + 3) * salt) % 4)
      ).join('\n');
    const [before, after] = [lines(5), lines(7)];
    const changes = diffLines(before, after);
    const side = (gone: string): string =>
      changes
        .filter(one => one.kind !== gone)
        .map(one => one.text)
        .join('\n');
    expect(side('new')).toBe(before);
    expect(side('gone')).toBe(after);
  }
});

it('does not think for long about texts that have nothing in common', () => {
  const text = (word: string): string =>
    Array.from({ length: 20_000 }, (_, i) => `${word}${i}`).join('\n');
  const start = performance.now();
  expect(diffLines(text('a'), text('b'))).toHaveLength(40_000);
  expect(performance.now() - start).toBeLessThan(2000);
});

it.each([
  ['{}', '{}'],
  ['[1,[],"a,b:{}\\""]', '[\n  1,\n  [],\n  "a,b:{}\\""\n]'],
  ['{"a":{"b":-1e5}}', '{\n  "a": {\n    "b": -1e5\n  }\n}'],
  ['plain', 'plain'],
  ['"unclosed', '"unclosed'],
  ['}]', '\n}\n]']
])('sets %s over lines', (text, made) => {
  expect(pretty(text)).toBe(made);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [4200, '4.2 KB'],
  [17_300_000, '17 MB'],
  [3e15, '3000 TB']
])('writes %d bytes', (bytes, made) => {
  expect(formatSize(bytes)).toBe(made);
});

it.each([
  ['MLmodel', 'text'],
  ['a.PNG', 'image'],
  ['a.svg', 'html'],
  ['a.tar.gz', 'unknown'],
  ['noending', 'unknown'],
  ['a.ipynb', 'notebook'],
  ['constructor', 'unknown']
])('tells how %s can be shown', (name, kind) => {
  expect(kindOf(name)).toBe(kind);
});

it('keeps a sparkline in its box', () => {
  const places = [
    ...sparkline([1, 5, NaN, -1e308, 1e308, 3]).matchAll(
      /[ML]([\d.]+) ([\d.]+)/g
    )
  ].map(([, x, y]) => [Number(x), Number(y)] as const);
  expect(places).toHaveLength(5);
  for (const [x, y] of places) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(WIDTH);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(HEIGHT);
  }
  expect(sparkline([])).toBe('');
  expect(sparkline([2, 2])).toBe(`M1.5 ${HEIGHT / 2}h0L62.5 ${HEIGHT / 2}`);
});

function series(value: Num[], step: number[], timestamp: number[]): ISeries {
  const points = { step, value, timestamp };
  return { run_id: 'r', key: 'loss', points, total: value.length };
}

it('starts all runs at 0, whenever they ran', () => {
  const curve = { label: 'a', color: '#000' };
  const { frame } = picture('loss', [
    { ...curve, series: series([1, 2], [0, 1], [5000, 6000]), started: 4000 },
    // Logged about a time before its run: what is first counts.
    { ...curve, series: series([3], [0], [100]), started: 900_000 }
  ]);
  expect(frame.series.map(one => [...one.time])).toEqual([[1000, 2000], [0]]);
  expect([frame.started, frame.now]).toEqual([0, 2000]);
});

it('takes the order where nobody gave a step', () => {
  const one = { series: series([1, 'Infinity', 3], [0, 0, 0], [1, 2, 3]) };
  const { frame, panel } = picture('loss', [
    { ...one, label: '', color: '#000', started: null }
  ]);
  expect([...(frame.series[0]?.x ?? [])]).toEqual([0, 1, 2]);
  expect([...(frame.series[0]?.y ?? [])]).toEqual([1, NaN, 3]);
  expect(panel.x_title).toBe('in order of arrival');
});

it.each([
  ['loss', [1, 0.01], true],
  ['loss', [1, 0.02], false],
  ['accuracy', [1, 0.0001], false],
  ['lr', [1, 0.001], false],
  ['lr', [1, 0.0001], true],
  ['loss', [0, 1], false]
])('draws %s of %p on a logarithmic axis: %p', (metric, values, log) => {
  const one = { series: series(values, [0, 1], [1, 2]) };
  const { panel } = picture(metric, [
    { ...one, label: '', color: '#000', started: null }
  ]);
  expect(panel.log).toBe(log);
});
