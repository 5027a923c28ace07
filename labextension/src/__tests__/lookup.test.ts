/** Pure functions behind the lists: filters, completion, the tree, the merge, columns, times. */

import type { IRow, IView } from '../runs';
import {
  columns,
  commonMetric,
  direction,
  nextSort,
  valueOf
} from '../sidebar/columnset';
import { age, brief, duration, spokenAge } from '../sidebar/format';
import { TypeAhead } from '../sidebar/typeahead';
import { suggestions } from '../state/completion';
import { lines } from '../state/flat';
import { join, withRows } from '../state/merge';
import { asFilter, isComplete, looksLikeFilter } from '../state/query';
import { RunsState } from '../state/runs';
import { below, folders, treeRows } from '../state/tree';
import { NO_VIEW } from '../state/view';
import { experiment, row, rows } from './store';

const KEYS = {
  metrics: ['val_loss', 'loss', 'my key'],
  params: ['lr', 'val_split'],
  tags: ['team']
};

describe('the filter box', () => {
  it.each([
    ['', ''],
    ['fox', "attributes.run_name ILIKE '%fox%'"],
    ["ana's", 'attributes.run_name ILIKE "%ana\'s%"'],
    ['"both" \'kinds\'', 'attributes.run_name ILIKE "%_both_ \'kinds\'%"'],
    ['metrics of ana', "attributes.run_name ILIKE '%metrics of ana%'"],
    [' metrics.loss < 0.5 ', 'metrics.loss < 0.5'],
    ['status = "FAILED"', 'status = "FAILED"'],
    ['tags.`a b` IS NULL', 'tags.`a b` IS NULL']
  ])('takes %j for %j', (text, filter) => {
    expect(asFilter(text)).toBe(filter);
  });

  it.each([
    ['metrics.', false],
    ['metrics.loss', false],
    ['metrics.loss <', false],
    ['metrics.loss < 0.5', true],
    ['metrics.loss < -1e-5 and', false],
    ['metrics.loss < .5 and params.lr = "0.1', false],
    ['metrics.loss < .5 AND params.lr = "0.1"', true],
    ["tags.`a b` ilike '%x%'", true],
    ["attributes.run_id IN ('a', 'b')", true],
    ['tags.x is not null', true],
    ['fox', true]
  ])('knows of %j whether it is complete: %j', (text, complete) => {
    expect(isComplete(text)).toBe(complete);
  });

  it('is fast on what no filter is', () => {
    const started = performance.now();
    isComplete(`metrics.a ${'and metrics.b = '.repeat(5000)}`);
    looksLikeFilter('metrics'.repeat(10_000));
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('completion', () => {
  const labels = (text: string) =>
    suggestions(text, text.length, KEYS).map(one => one.label);

  it('offers keys, what begins so first', () => {
    expect(labels('metrics.')).toEqual(
      expect.arrayContaining(['metrics.loss'])
    );
    expect(labels('val')).toEqual(['metrics.val_loss', 'params.val_split']);
    expect(labels('los')).toEqual(['metrics.loss', 'metrics.val_loss']);
    expect(labels('metrics.loss < 1 and te')).toContain('tags.team');
  });

  it('offers nothing for a value, or before anything is written', () => {
    expect(labels('metrics.loss < 0')).toEqual([]);
    expect(labels("params.lr = 'l")).toEqual([]);
    expect(labels('')).toEqual([]);
    expect(suggestions('', 0, KEYS, true).length).toBeGreaterThan(5);
  });

  it('puts odd keys into back-ticks and keeps what follows', () => {
    const text = 'metrics.my < 3';
    const [one] = suggestions(text, 'metrics.my'.length, KEYS);
    expect(one?.text).toBe('metrics.`my key`  < 3');
    expect(one?.caret).toBe('metrics.`my key` '.length);
  });

  it('knows the statuses', () => {
    const [one] = suggestions('attributes.status = F', 21, null);
    expect(one?.text).toBe("attributes.status = 'FINISHED'");
    expect(suggestions("status = 'FA", 12, null)[0]?.text).toBe(
      "status = 'FAILED'"
    );
  });
});

describe('the tree', () => {
  const items = [
    experiment('1', 'b'),
    experiment('2', 'a/y'),
    experiment('3', 'a/x10'),
    experiment('4', 'a/x9'),
    experiment('5', 'a'),
    experiment('6', '/a'),
    experiment('7', '__proto__/constructor')
  ];
  const shape = (query: string, open: (path: string) => boolean) =>
    treeRows(items, query, open).map(
      one =>
        `${'  '.repeat(one.level - 1)}${one.label} ${one.experiment?.experiment_id ?? '-'}`
    );

  it('has folders, and experiments that are folders too', () => {
    expect(shape('', path => path === 'a')).toEqual([
      '__proto__ -',
      '/a 6',
      'a 5',
      '  x9 4',
      '  x10 3',
      '  y 2',
      'b 1'
    ]);
  });

  it('opens what leads to a match', () => {
    expect(shape('X1', () => false)).toEqual(['a -', '  x10 3']);
  });

  it('knows what is below a name, and what leads to it', () => {
    expect(below(items, 'a').map(one => one.experiment_id)).toEqual([
      ...['2', '3', '4', '5', '6']
    ]);
    expect(folders('a/b/c')).toEqual(['a', 'a/b']);
  });

  it('jumps to what is typed', () => {
    const ahead = new TypeAhead();
    const labels = ['alpha', 'beta', 'bravo', 'b10'];
    expect(ahead.find('b', labels, 0)).toBe(1);
    expect(ahead.find('r', labels, 1)).toBe(2);
    expect(ahead.find('z', labels, 2)).toBe(2);
  });
});

describe('the merge', () => {
  it.each([
    ['new on top', 'abcd', 'xab', 'xabcd'],
    ['one gone', 'abcd', 'ac', 'acd'],
    ['one moved up', 'abcd', 'cab', 'cabd'],
    ['moved up from behind', 'abcd', 'dab', 'dabc']
  ])('joins: %s', (_, order, head, joined) => {
    expect(join(order.split(''), head.split(''))?.join('')).toBe(joined);
  });

  it('says when nothing joins', () => {
    expect(join(['a', 'b'], ['x', 'y'])).toBeNull();
    expect(join([], [])).toBeNull();
  });

  it('keeps rows that say the same', () => {
    const one = row('a');
    const before = new Map([['a', one]]);
    expect(withRows(before, [row('a')]).get('a')).toBe(one);
    expect(withRows(before, [row('a', { name: 'b' })]).get('a')).not.toBe(one);
  });
});

describe('columns', () => {
  const view = (part: Partial<IView>): IView => ({ ...NO_VIEW, ...part });

  it('name the key metric that most rows have', () => {
    const metric = (key: string) => ({ metric: { key, value: 1 } });
    const some = [
      row('a', metric('acc')),
      row('b', metric('loss')),
      row('c', metric('loss'))
    ];
    expect(commonMetric(some)).toBe('loss');
    expect(columns(view({}), 'loss').map(one => one.label)).toEqual([
      'loss',
      'Took',
      'Start'
    ]);
  });

  it('sort first by the larger numbers, then by the smaller ones, then not', () => {
    const [one] = columns(view({ columns: ['metrics.my key'] }), null);
    if (!one) {
      throw new Error('no column');
    }
    const first = nextSort(one, null);
    expect(first).toBe('metrics.`my key` DESC');
    expect(direction(one, first)).toBe('DESC');
    const second = nextSort(one, first);
    expect(second).toBe('metrics.`my key` ASC');
    expect(nextSort(one, second)).toBeNull();
  });

  it('do not take JavaScript’s own names for values', () => {
    expect(valueOf(row('a'), 'constructor')).toBeNull();
    expect(
      valueOf(row('a', { values: { 'params.lr': '1' } }), 'params.lr')
    ).toBe('1');
  });
});

describe('lines', () => {
  const snapshot = (order: IRow[], part: object = {}) => ({
    ...new RunsState(() => Promise.reject(new Error())).snapshot,
    rows: withRows(new Map(), order),
    order: order.map(one => one.run_id),
    ...part
  });

  it('have the pinned ones on top, and once', () => {
    const { pinned, listed } = lines(
      snapshot(rows(3), { pins: ['run-2', 'gone'] })
    );
    expect(pinned.map(one => one.row.run_id)).toEqual(['run-2']);
    expect(listed.map(one => one.row.run_id)).toEqual(['run-0', 'run-1']);
  });

  it('end a cycle of parents', () => {
    const { listed } = lines({
      ...snapshot([row('a', { children: 1 }), row('b', { children: 1 })]),
      order: ['a'],
      expanded: new Set(['a', 'b']),
      children: new Map([
        ['a', ['b']],
        ['b', ['a']]
      ])
    });
    expect(listed.length).toBeLessThan(30);
    expect(new Set(listed.map(one => one.level)).size).toBe(listed.length);
  });

  it('are sorted by duration in the page, those that never started last', () => {
    const some = [
      row('short', { start_time: 0, end_time: 5 }),
      row('never', { start_time: null, end_time: null }),
      row('long', { start_time: 0, end_time: 50 })
    ];
    const ids = (sort: string) =>
      lines(snapshot(some), sort).listed.map(one => one.row.run_id);
    expect(ids('attributes.duration DESC')).toEqual(['long', 'short', 'never']);
    expect(ids('attributes.duration ASC')).toEqual(['short', 'long', 'never']);
  });
});

it.each([
  [450, '0.4s'],
  [-3, '0.0s'],
  [12_300, '12s'],
  [185_000, '3m05s'],
  [7_620_000, '2h07m'],
  [754_000, '12m'],
  [23.9 * 3_600_000, '23h'],
  [300 * 3_600_000, '12d'],
  [100 * 3_600_000, '4d4h']
])('%i ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it.each([
  [0.6638, '0.6638'],
  [-0.6638, '-0.664'],
  [0.01234, '0.0123'],
  [0.001234, '0.0012'],
  [1e-7, '1e-7'],
  [-1.234e-7, '-1e-7'],
  [9.96e-10, '1e-9'],
  [1234.5, '1,235'],
  [123_456, '123500'],
  [-123_456, '-1.2e5'],
  [12_345_678, '1.23e7'],
  [0, '0'],
  ['NaN' as const, 'NaN'],
  ['-Infinity' as const, '-∞']
])('writes %p where there is little room as %s', (value, text) => {
  expect(brief(value)).toBe(text);
  expect(text.length).toBeLessThan(7);
});

it('says how long ago', () => {
  const hour = 3_600_000;
  expect([age(0, 5), age(0, 2 * hour), age(0, 400 * 24 * hour)]).toEqual([
    'now',
    '2h',
    '1y'
  ]);
  expect(spokenAge(0, 2 * hour)).toBe('2 hours ago');
  // A clock that runs ahead of ours.
  expect(age(10_000, 0)).toBe('now');
});
