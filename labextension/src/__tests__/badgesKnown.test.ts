import { type ILive, readLive } from '../notebook/badges/frames';
import { Known } from '../notebook/badges/known';
import { words } from '../notebook/badges/words';
import type { ICellRuns, IRow } from '../runs';
import { row } from './row';
import { frame } from './snapshot';

const START = 1e12;

function live(parts: Record<string, unknown> = {}): ILive {
  const read = readLive(frame({ started: START, ...parts }));
  if (!read) {
    throw new Error('The frame of the test can’t be read.');
  }
  return read;
}

function cell(
  executions: number,
  latest: Partial<IRow> = {},
  side: Partial<ICellRuns> = {}
): ICellRuns {
  const one = { together: 1, since: null, ...side };
  return { cell_id: 'cell-1', executions, latest: row(latest), ...one };
}

const CELLS = ['cell-1', 'cell-2'];
const NOTHING = { cells: CELLS, over: new Map<string, boolean>() };

describe('what is known of a cell', () => {
  let known: Known;

  beforeEach(() => {
    known = new Known();
  });

  const take = (...items: ICellRuns[]): void => {
    known.answer('workspace', items, known.ask(true, CELLS));
  };

  it('is what the store says', () => {
    take(cell(5, { run_id: 'a', source_sha256: 'ff', children: 3 }));
    expect(known.badge('cell-1', false)).toEqual({
      store: 'workspace',
      runId: 'a',
      name: 'brave-fox-12',
      runs: 3,
      status: 'FINISHED',
      metric: { key: 'val_loss', value: 0.12 },
      elapsed: 3200,
      since: null,
      earlier: 4,
      registered: [],
      sha256: 'ff'
    });
    expect(known.badge('cell-2', false)).toBeNull();
    take();
    expect(known.badge('cell-1', false)).toBeNull();
  });

  it('knows what was registered of the run, where the store says it', () => {
    const registered = [{ name: 'churn', version: '7', aliases: [] }];
    take(cell(1, { registered }));
    expect(known.badge('cell-1', false)?.registered).toEqual(registered);
    take(cell(1, { registered: null }));
    expect(known.badge('cell-1', false)?.registered).toEqual([]);
    known.takeFrame(live());
    take(cell(1, { run_id: 'r', registered, status: 'RUNNING' }));
    expect(known.badge('cell-1', true)?.registered).toEqual(registered);
  });

  it('stays while a cell is Markdown, and nobody asks about it', () => {
    take(cell(2));
    known.answer('workspace', [], known.ask(true, ['cell-2']));
    expect(known.badge('cell-1', false)?.earlier).toBe(1);
    // Of another store it says nothing.
    known.answer('team', [], known.ask(true, ['cell-2']));
    expect(known.badge('cell-1', false)).toBeNull();
  });

  it('takes runs side by side for one execution, and names the newest', () => {
    const side = { together: 5, since: 1e12 - 10_000 };
    take(cell(3, { run_id: 'e', name: 'last-of-five' }, side));
    expect(known.badge('cell-1', false)).toMatchObject({
      runId: 'e',
      name: 'last-of-five',
      runs: 5,
      elapsed: 13_200,
      earlier: 2
    });
    // The same while they are made: the card is named after the first of them.
    known.takeFrame(live({ runs: 4, title: 'first', card: 'nbtrack-k-3' }));
    const newest = { run_id: 'd', name: 'newest', execution: 'k-3' };
    take(cell(3, newest, { together: 4, since: START }));
    expect(known.badge('cell-1', true)).toMatchObject({
      runId: 'd',
      name: 'newest',
      runs: 4,
      earlier: 2
    });
  });

  it('counts up only while the kernel executes something', () => {
    take(cell(1, { status: 'RUNNING', end_time: null, start_time: START }));
    expect(known.badge('cell-1', true)?.since).toBe(START);
    expect(known.badge('cell-1', false)).toMatchObject({
      since: null,
      elapsed: null
    });
  });

  it('is what a live card says, beside the runs before', () => {
    take(cell(2, { execution: 'k-2' }));
    expect(known.takeFrame(live())).toBe(true);
    expect(known.takeFrame(live({ sequence: 2 }))).toBe(false);
    expect(known.badge('cell-1', true)).toMatchObject({
      runId: 'r',
      name: 'amused-owl-12',
      status: 'RUNNING',
      metric: { key: 'loss', value: 0.5 },
      earlier: 2,
      sha256: null
    });
    expect(known.takeFrame(live({ status: 'FAILED' }))).toBe(true);
    expect(known.badge('cell-1', true)?.status).toBe('FAILED');
  });

  it('takes the parent of several runs for the execution’s own', () => {
    known.takeFrame(live({ runs: 4, card: 'nbtrack-k-3' }));
    const parent = { run_id: 'p', execution: 'k-3', source_sha256: 'aa' };
    take(cell(3, { ...parent, status: 'RUNNING', end_time: null }));
    expect(known.badge('cell-1', true)).toMatchObject({
      runId: 'p',
      runs: 4,
      metric: null,
      earlier: 2,
      sha256: 'aa'
    });
  });

  it('does not believe that a cell made the run of another one', () => {
    known.takeFrame(live());
    expect(known.badge('cell-1', true)).not.toBeNull();
    take();
    expect(known.badge('cell-1', true)).toBeNull();
  });

  it('believes the store once the cell is over', () => {
    known.takeFrame(live());
    const asked = known.ask(false, CELLS);
    known.answer('workspace', [cell(1, { status: 'KILLED' })], asked);
    expect(known.badge('cell-1', false)?.status).toBe('KILLED');
  });

  it('does not let an answer about the execution before hide a new one', () => {
    const asked = known.ask(false, CELLS);
    known.takeFrame(live());
    known.answer('workspace', [cell(1, { execution: 'k-2' })], asked);
    expect(known.badge('cell-1', true)).toMatchObject({
      status: 'RUNNING',
      earlier: 1
    });
  });

  it('leaves late words of an execution before aside', () => {
    known.takeFrame(live({ card: 'k-2', started: START + 1, title: 'new' }));
    expect(known.takeFrame(live({ card: 'k-1', title: 'old' }))).toBe(false);
    expect(known.badge('cell-1', true)?.name).toBe('new');
  });

  it('forgets what a kernel was doing that is gone', () => {
    known.answer('workspace', [cell(1)], NOTHING);
    known.takeFrame(live());
    known.forgetExecutions();
    expect(known.badge('cell-1', false)?.status).toBe('FINISHED');
  });

  it.each([
    [['train_loss', 'training_score', 'val_acc'], undefined, 'val_acc'],
    [['system/cpu', 'training_score', 'loss'], undefined, 'loss'],
    [['val_acc', 'f1'], 'f1', 'f1'],
    [['system/cpu'], 'gone', 'system/cpu']
  ])('of %j chooses a metric, after %s', (metrics, before, chosen) => {
    if (before) {
      take(cell(1, { metric: { key: before, value: 1 } }));
    }
    const values = metrics.map(metric => ({ metric, last: 'NaN' }));
    known.takeFrame(live({ values }));
    expect(known.badge('cell-1', true)?.metric).toEqual({
      key: chosen,
      value: 'NaN'
    });
  });
});

it.each([
  [{ cell_id: null }],
  [{ cell_id: 7 }],
  [{ run_id: null }],
  [{ version: 2 }]
])('reads no frame with %j', parts => {
  expect(readLive(frame(parts))).toBeNull();
});

it('reads a frame of unknown make', () => {
  const values = [
    null,
    7,
    { metric: 'a', last: 'x' },
    { metric: 'b', last: 1 }
  ];
  expect(
    readLive(frame({ values, status: 'ODD', title: 5, runs: -1 }))
  ).toMatchObject({
    metrics: [{ key: 'b', value: 1 }],
    status: 'RUNNING',
    title: '',
    runs: 1
  });
});

describe('words', () => {
  const badge = {
    store: 'workspace',
    runId: 'r',
    name: 'brave-fox-12',
    runs: 1,
    status: 'FINISHED',
    metric: { key: 'val_loss', value: 0.12 },
    elapsed: 3210,
    since: null,
    earlier: 4,
    registered: [],
    sha256: null
  } as const;

  it('name a badge for a screen reader', () => {
    expect(words(badge, true, 0).label).toBe(
      'finished brave-fox-12, val_loss 0.12, 3.2 s, 4 earlier, edited since: ' +
        'run of this cell'
    );
    const alone = {
      ...badge,
      metric: null,
      elapsed: null,
      earlier: 1,
      runs: 5
    };
    expect(words(alone, false, 0).label).toBe(
      'finished brave-fox-12, 5 runs, 1 earlier: run of this cell'
    );
  });

  it('tell what has become of the run, as its page does', () => {
    const churn = { name: 'churn', version: '7', aliases: ['champion'] };
    const once = words({ ...badge, registered: [churn] }, true, 0);
    expect(once.registered).toBe('registered as churn v7 @champion');
    expect(once.label).toContain(
      '4 earlier, registered as churn v7 @champion, edited since'
    );
    const other = { name: 'x'.repeat(300), version: '1', aliases: [] };
    const twice = words({ ...badge, registered: [other, churn] }, false, 0);
    expect(twice.registered).toMatch(/^registered as x{60,}… and 1 more$/);
  });

  it.each([
    [{ elapsed: 59_960 }, '59 s'],
    [{ elapsed: 59_940 }, '59.9 s'],
    [{ elapsed: 185_000 }, '3 min 05 s'],
    [{ elapsed: null, since: 1000 }, '4 s'],
    [{ elapsed: null, since: 9000 }, '0 s'],
    [{ elapsed: 38 }, '38 ms'],
    [{ elapsed: -5 }, '0 ms']
  ])('tell of %j', (parts, told) => {
    expect(words({ ...badge, ...parts }, false, 5000).elapsed).toBe(told);
  });

  it('cut what is too long, and show what MLflow does not know', () => {
    const name = '😀'.repeat(500);
    const said = words(
      { ...badge, name, status: 'SCHEDULED', metric: { key: name, value: 1 } },
      false,
      0
    );
    expect(said.status).toBe('scheduled');
    expect(said.name).toBe(`${'😀'.repeat(79)}…`);
    expect(said.label.length).toBeLessThan(400);
  });
});
