import golden from '../../../tests/contract/live.json';
import { readFrame, readHead, readTemplates } from '../live/frame';
import { fromBase64 } from '../live/points';
import { CARD, frame, pack, POINTS, snapshot, TRAIN, VAL } from './snapshot';

it('reads a snapshot and a frame alike', () => {
  const one = readFrame(snapshot(), null);
  expect(one).toEqual(readFrame(frame(), POINTS));
  expect(one).toMatchObject({ card: CARD, title: 'amused-owl-12' });
  expect(one?.series.map(line => [...line.y])).toEqual([[1, NaN, 0.5], [2]]);
  expect([...(one?.series[0]?.time ?? [])]).toEqual([
    1e12,
    1e12 + 1000,
    1e12 + 2000
  ]);
});

it('undoes offset and scale, and starts at step0', () => {
  const series = (frame()['series'] as object[]).map(one => ({
    ...one,
    offset: 1e6,
    scale: 0.001,
    step0: 5e6
  }));
  const read = readFrame(frame({ series }), POINTS);
  expect(read?.series[0]?.y[0]).toBeCloseTo(1e6 + 0.001, 9);
  expect([...(read?.series[0]?.x ?? [])]).toEqual([5e6, 5e6 + 1, 5e6 + 2]);
});

it('reads a buffer that begins anywhere in a message', () => {
  const message = new Uint8Array(POINTS.byteLength + 3);
  message.set(new Uint8Array(POINTS), 3);
  const view = new DataView(message.buffer, 3);
  expect(readFrame(frame(), view)).toEqual(readFrame(frame(), POINTS));
});

it.each([
  ['no object', 7],
  ['nothing', null],
  ['another version', frame({ version: 2 })],
  ['no card', frame({ card: 3 })],
  ['series that are no list', frame({ series: {} })],
  ['a series that is no object', frame({ series: [null, 1] })],
  ['more points than the buffer has', frame({ series: [{ points: 5 }] })],
  ['a count out of bounds', frame({ series: [{ points: 1e12 }] })]
])('gives up at %s', (_, data) => {
  expect(readFrame(data, POINTS)).toBeNull();
});

it('gives up at a buffer that is too short, or no base64', () => {
  expect(readFrame(frame(), POINTS.slice(4))).toBeNull();
  expect(readFrame({ ...snapshot(), buffer: '§§' }, null)).toBeNull();
  expect(readFrame({ ...snapshot(), buffer: 5 }, null)).toBeNull();
  expect(fromBase64('A'.repeat(1e6))).toBeNull();
});

it('leaves out what it can’t read, and keeps the rest', () => {
  const read = readFrame(
    frame({
      panels: [{ title: 7, series: [0, 9, -1, 0.5, 'x', 1] }, null],
      values: [
        { metric: 'a', last: 'much' },
        { metric: 'b', last: 'NaN' }
      ],
      progress: { done: NaN, total: -1 },
      status: 'ODD',
      system: 'none',
      now: 5
    }),
    POINTS
  );
  expect(read?.panels).toEqual([
    { title: '', x_title: 'step', log: false, folded: false, series: [0, 1] }
  ]);
  expect(read?.values.map(one => one.metric)).toEqual(['b']);
  expect(read).toMatchObject({
    progress: { done: 0, total: null, unit: '' },
    status: 'RUNNING',
    system: [],
    now: 1e12
  });
});

it('takes colours only as #rrggbb', () => {
  const series = [
    { points: 3, color: 'url(https://example.org)' },
    { points: 1, color: '#00ff7F' }
  ];
  expect(
    readFrame(frame({ series }), pack([...TRAIN, ...VAL]))?.series.map(
      one => one.color
    )
  ).toEqual(['#888888', '#00ff7F']);
});

it('reads the head and the template', () => {
  expect(readHead(frame({ sequence: 4 }))).toEqual({ card: CARD, sequence: 4 });
  expect(readHead([])).toBeNull();
  expect(readTemplates(snapshot({ custom: true })).custom).toBe(true);
  expect(readTemplates({ template: 'x' })).toEqual({
    template: null,
    custom: false
  });
});

it('reads what the kernel’s own test wrote', () => {
  const read = readFrame(golden, null);
  expect(read).toMatchObject({
    card: golden.card,
    status: 'FINISHED',
    behind: '12 s behind',
    progress: { done: 4, total: 4, unit: 'epochs' }
  });
  expect(read?.panels.map(panel => [panel.title, panel.x_title])).toEqual([
    ['loss', 'step']
  ]);
  const [faint, train, val] = read?.series ?? [];
  expect(faint?.faint).toBe(true);
  expect(train?.label).toBe('train');
  expect([...(train?.y ?? [])]).toEqual([
    expect.closeTo(1),
    expect.closeTo(0.5),
    NaN,
    expect.closeTo(0.25)
  ]);
  expect(val?.y.at(-1)).toBeNaN();
  expect(read?.values.map(one => [one.metric, one.last])).toEqual([
    ['train_loss', 0.25],
    ['val_loss', 'Infinity'],
    ['<b>best</b>', 7]
  ]);
  expect(readTemplates(golden).template).toMatchObject({ mark: 'line' });
});
