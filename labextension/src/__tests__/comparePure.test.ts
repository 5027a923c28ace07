import student from '../../../tests/contract/student.json';
import type { ICompared } from '../compared';
import { arranged } from '../compare/arranged';
import { covers, through } from '../compare/brushed';
import {
  drawnRuns,
  firstChoice,
  mainMetric,
  metricsOf
} from '../compare/chosen';
import { QUANTILES } from '../compare/student';
import { asCode } from '../compare/code';
import { asCsv, keysAsCsv } from '../compare/csv';
import { dashed } from '../compare/dashes';
import { differences } from '../compare/difference';
import { encoded, literal } from '../compare/encoded';
import { bandRows, meanOf, type Spread } from '../compare/grouped';
import { groupsBy } from '../compare/groups';
import { valueAt } from '../compare/lines';
import { ordered } from '../compare/sorted';
import { asNumber, canonical, compareValues, isCut } from '../compare/values';
import { smooth } from '../live/rows';
import type { Num, Value } from '../runs';
import { compared, run } from './compareserver';
import { RUN } from './runserver';

function of(...runs: ReturnType<typeof run>[]): ICompared {
  const known = new Map(runs.map(one => [one.run_id, one]));
  return compared(known, [...known.keys()]);
}

it('reads numbers in texts, as Python writes them', () => {
  expect(['1e-3', '.5', '-2.', 'inf', '-Infinity', '12'].map(asNumber)).toEqual(
    [0.001, 0.5, -2, Infinity, -Infinity, 12]
  );
  expect(asNumber('nan')).toBeNaN();
  expect(['', '0x10', '1_000', 'True', '1 2', '--1'].map(asNumber)).toEqual(
    Array(6).fill(null)
  );
});

it('keeps apart what a number of JavaScript would not', () => {
  expect(canonical('9007199254740993')).not.toBe(canonical('9007199254740992'));
  expect(canonical('1e-3')).toBe(canonical('0.001'));
  expect(canonical('a')).toBe('a');
});

it('sorts numbers before texts, NaN behind numbers, and what is not there last', () => {
  const values: (Value | null)[] = [null, 'b', '10', 'nan', '9', '1e-3', 'a'];
  expect(values.sort(compareValues)).toEqual([
    '1e-3',
    '9',
    '10',
    'nan',
    'a',
    'b',
    null
  ]);
});

it('keeps what is not there last, whichever way it sorts', () => {
  const runs = ['a', 'b', 'c'].map(id => ({ ...RUN, run_id: id, label: id }));
  const column = { id: 'params.x', label: 'x', title: 'x', sort: 'params.`x`' };
  const rest = { numeric: false, metric: false, best: null, width: 1, grow: 1 };
  const columns = [{ ...column, ...rest, values: ['2', null, '10'] }];
  expect(ordered(runs, columns, 'params.`x` ASC')).toEqual([0, 2, 1]);
  expect(ordered(runs, columns, 'params.`x` DESC')).toEqual([2, 0, 1]);
  // What somebody else sorts by, and has no column here, sorts nothing.
  expect(ordered(runs, columns, 'params.`y` DESC')).toEqual([0, 1, 2]);
  const pins = ['c', 'gone', 'b'];
  expect(ordered(runs, columns, 'params.`x` ASC', pins)).toEqual([2, 1, 0]);
});

it('knows a text that the server has cut from one that ends with dots', () => {
  const long = 'x'.repeat(1000);
  expect(isCut(`${long}… (5,000 characters, 0a1b)`)).toBe(true);
  expect(isCut(`${long}…`)).toBe(false);
  expect(isCut('… (5,000 characters, 0a1b)')).toBe(false);
});

it('marks nothing as best whose direction is not known, or that is all the same', () => {
  const best = (key: string, values: Num[]) =>
    differences(
      of(...values.map((value, i) => run(String(i), { [key]: value }, {})))
    )[0]?.best;
  expect(best('lr', [1, 2])).toBeNull();
  expect(best('loss', [1, 1])).toBeNull();
  expect(best('loss', ['-Infinity', 2, 1])).toBe(1);
});

it('puts runs into another order, and leaves out keys that none has any more', () => {
  const answer = of(
    run('a', { x: 1 }, { only: 'a', __proto__x: '1' }),
    run('b', { x: 2 }, {})
  );
  const other = arranged({ ...answer, missing: ['c', 'd'] }, ['b', 'c']);
  expect(other.runs.map(one => one.run_id)).toEqual(['b']);
  expect(other.metrics).toEqual({ x: [2] });
  expect(other.params).toEqual({});
  expect(other.missing).toEqual(['c']);
  expect(arranged(answer, ['a', 'b'])).toBe(answer);
});

it('orders metrics, and first draws what says most', () => {
  const system = run('d', { 'system/cpu': 1, b: 1, a2: 1, a10: 1 }, {});
  const metrics = metricsOf(of(system, run('e', { b: 1 }, {})));
  expect(metrics).toEqual(['b', 'a2', 'a10', 'system/cpu']);
  const telling = { ...system, metric: { key: 'a10', value: 1 } };
  expect(firstChoice(metrics, telling)).toEqual(['a10', 'b', 'a2']);
  const flat = telling.metrics.map(one => ({ ...one, count: 1 }));
  const other = { ...telling, metrics: flat.slice(0, 3) };
  // One that this run has not may have a course with others.
  expect(firstChoice(metrics, other)).toEqual(['a10']);
  expect(mainMetric(['n', 'train_loss', 'val_loss'])).toBe('val_loss');
});

it('draws twenty lines, of the runs selected where there are more', () => {
  const runs = Array.from({ length: 30 }, (_, i) => run(`r${i}`, {}, {}));
  const all = of(...runs);
  const none = { compared: all, selected: new Set<string>() };
  expect(drawnRuns(none)).toHaveLength(20);
  const some = { compared: all, selected: new Set(['r7', 'r29']) };
  expect(drawnRuns(some).map(one => one.runId)).toEqual(['r7', 'r29']);
  const few = { compared: of(...runs.slice(0, 3)), selected: new Set(['r1']) };
  expect(drawnRuns(few).map(one => one.faint)).toEqual([true, false, true]);
});

it('groups runs by a param, whose value may be written in other ways', () => {
  const groups = groupsBy(
    of(
      run('a', {}, { lr: '0.1' }),
      run('b', {}, { lr: '1e-1' }),
      run('c', {}, {}),
      run('d', {}, { lr: '0.01' })
    ),
    'lr'
  );
  expect(groups.map(({ text, runIds }) => [text, [...runIds]])).toEqual([
    ['lr = 0.01', ['d']],
    ['lr = 0.1', ['a', 'b']],
    ['lr = none', ['c']]
  ]);
  expect(groupsBy(of(run('a', {}, {})), 'constructor')).toHaveLength(1);
});

it('takes the mean of curves with other steps, and how far they are apart', () => {
  const member = (step: number[], value: Num[]) => ({
    series: {
      ...{ run_id: '', key: 'm', total: step.length },
      points: { step, value, timestamp: step.map(() => 0) }
    },
    started: 0
  });
  const members = [
    member([0, 2, 4], [0, 2, 4]),
    member([0, 1, 2], [2, 'NaN', 4])
  ];
  const mean = (spread: Spread) =>
    meanOf('m', members, 'lr = 1', 'red', false, spread);
  const { curve, low, high } = mean('range');
  expect(curve.series.points.step).toEqual([0, 2, 4]);
  expect(curve.series.points.value).toEqual([1, 3, 4]);
  expect([low, high]).toEqual([
    [0, 2, 4],
    [2, 4, 4]
  ]);
  // Two values 2 apart: sd √2, error of the mean 1, t of one degree of freedom 12.706.
  const interval = mean('interval');
  expect(interval.low[0]).toBeCloseTo(1 - 12.706, 3);
  expect(interval.high[0]).toBeCloseTo(1 + 12.706, 3);
  expect([interval.low[2], interval.high[2]]).toEqual([4, 4]);
});

it('has the quantiles that Python’s scipy has', () => {
  expect(QUANTILES).toEqual(student);
});

it('smooths a band as its line, which else would leave it', () => {
  const means = [
    {
      ...{ low: [0, 8, 0, 8], high: [2, 10, 2, 10] },
      curve: {
        series: {
          ...{ run_id: '', key: 'm', total: 4 },
          points: {
            ...{ step: [0, 1, 2, 3], value: [1, 9, 1, 9] },
            timestamp: [0, 0, 0, 0]
          }
        },
        ...{ label: '', color: 'red', started: 0 }
      }
    }
  ];
  const raw = bandRows(means, null, 0);
  expect(raw.map(({ low, high }) => [low, high])).toEqual([
    [0, 2],
    [8, 10],
    [0, 2],
    [8, 10]
  ]);
  const line = smooth(Float64Array.from([1, 9, 1, 9]), 0.9);
  bandRows(means, null, 0.9).forEach(({ low, high }, i) => {
    expect(low).toBeCloseTo((line[i] ?? 0) - 1, 9);
    expect(high).toBeCloseTo((line[i] ?? 0) + 1, 9);
  });
});

it('reads a line at the nearest point, and nothing where it has not begun or is over', () => {
  const look = { label: '', color: '', dash: 0 };
  const line = { ...look, x: [0, 10, 20], y: [1, NaN, 3] };
  expect(valueAt(line, 16)).toEqual({ x: 20, y: 3 });
  expect(valueAt(line, 9)).toBeNull();
  expect(valueAt(line, 31)).toBeNull();
});

it('finds the runs in a brush, of numbers and of kinds', () => {
  expect(covers({ x: [2, 1], y: ['a', 'b', 'c'] }, { x: 1.5, y: 'b' })).toBe(
    true
  );
  expect(covers({ x: [1, 2] }, { x: null })).toBe(false);
  expect(covers({ x: ['a'] }, { x: 'b' })).toBe(false);
  expect(covers({ constructor: [1, 2] }, {})).toBe(false);
  const line = (run_id: string, ...positions: (number | null)[]) =>
    positions.map((position, axis) => ({ run_id, axis, position }));
  const lines = [
    ...line('a', 0, 1),
    ...line('b', 0.2, 0),
    ...line('c', null, 1)
  ];
  const low = { axis: [-0.5, 0.5], position: [0, 0.3] };
  expect(through(low, lines)).toEqual(['a', 'b']);
  expect(through({ ...low, axis: [-1, 2] }, lines)).toEqual(['b']);
});

it('puts names into a chart as titles only', () => {
  const template = {
    layer: [{ encoding: { x: { field: 'x', type: 'quantitative' } } }],
    encoding: { color: { field: 'color' }, opacity: { value: 1 } }
  };
  const theme = { text: 't', quiet: 'q', line: 'l', font: 'f' };
  const hostile = "'] + alert(1) + ['";
  const made = encoded(
    template,
    {
      x: { title: hostile, type: 'nominal' },
      color: { title: 'constructor' },
      opacity: { title: 'x' }
    },
    theme,
    100
  );
  expect(made['layer']).toEqual([
    { encoding: { x: { field: 'x', type: 'nominal', title: hostile } } }
  ]);
  expect(made['encoding']).toEqual({
    color: { field: 'color', title: 'constructor ' },
    opacity: { value: 1 }
  });
  expect(literal('loss')).toBe('loss');
});

it('makes CSV of nothing', () => {
  expect(keysAsCsv([], [])).toBe(',\r\n');
  expect(asCsv([['@x', -1, null]])).toBe("'@x,-1,\r\n");
});

it('writes nothing into code but ids and a line of ours', () => {
  const runIds = ['a1', "b'; import os", 'c3'];
  expect(asCode({ runIds, baseline: 'c3' })).toBe(
    '%track_compare a1 c3 --baseline c3'
  );
  const said = { line: '%track_compare --last 5\nimport os', runIds };
  expect(asCode({ runIds, baseline: null }, said)).toBe(
    '%track_compare --last 5'
  );
  const hostile = { line: '!rm -r /', runIds: ['a'] };
  expect(asCode({ runIds: ['a'], baseline: null }, hostile)).toBe(
    '%track_compare a'
  );
});

it('dashes the lines of the definition, and nothing else', () => {
  const line = { mark: { type: 'line' }, encoding: { color: {} } };
  const dots = { mark: { type: 'circle' } };
  expect(dashed({ layer: [line, dots] })).toEqual({
    layer: [
      {
        ...line,
        encoding: {
          color: {},
          strokeDash: expect.objectContaining({ field: 'dash' }) as unknown
        }
      },
      dots
    ]
  });
});
