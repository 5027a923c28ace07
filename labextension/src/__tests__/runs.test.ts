import type { IRunQuery } from '../runs';
import { FIRST, type IAsked, PAGE } from '../state/asker';
import { RunsState } from '../state/runs';
import { json, row, rows, TestStore } from './store';

let store: TestStore;
let runs: RunsState;

beforeEach(() => {
  store = new TestStore();
  runs = new RunsState((name, query) => store.api.runs(name, query));
});

afterEach(() => {
  runs.dispose();
});

function asked(query: IRunQuery = {}, scope = 'all'): IAsked {
  return { store: 'workspace', query: { top_level: true, ...query }, scope };
}

const order = () => runs.snapshot.order ?? [];

it('loads a first page, then one at a time, then all', async () => {
  const many = FIRST + 3 * PAGE + 7;
  store.rows = rows(many);
  await runs.show(asked());
  expect(order()).toHaveLength(FIRST);
  expect(runs.snapshot).toMatchObject({ total: many, busy: false });
  await Promise.all([runs.more(), runs.more()]);
  expect(order()).toHaveLength(FIRST + PAGE);
  await runs.all();
  expect(order()).toEqual(store.rows.map(one => one.run_id));
  expect(runs.snapshot.next).toBeNull();
  expect(store.asked).toHaveLength(5);
});

it('puts news on top and lets the rest stay', async () => {
  store.rows = rows(FIRST + 50);
  await runs.show(asked());
  await runs.all();
  const kept = runs.snapshot.rows.get('run-5');
  store.rows = [
    row('new', { start_time: 2_000_000 }),
    ...store.rows.filter(one => one.run_id !== 'run-3')
  ];
  store.asked.length = 0;
  await runs.refresh();
  expect(order()[0]).toBe('new');
  expect(order()).not.toContain('run-3');
  expect(order()).toHaveLength(FIRST + 50);
  expect(runs.snapshot.rows.get('run-5')).toBe(kept);
  expect(store.asked).toHaveLength(1);
});

it('asks on until what is new meets what is known', async () => {
  store.rows = rows(3 * FIRST);
  await runs.show(asked());
  await runs.all();
  const fresh = rows(FIRST + 10).map(one => ({
    ...one,
    run_id: `fresh-${one.run_id}`
  }));
  store.rows = [...fresh, ...store.rows];
  await runs.refresh();
  expect(order()).toEqual(store.rows.map(one => one.run_id));
});

it('finds what came or went where the first page does not show it', async () => {
  store.rows = rows(FIRST + 20);
  await runs.show(asked());
  await runs.all();
  store.rows = [
    ...store.rows.filter(one => one.run_id !== `run-${FIRST + 5}`),
    row('last'),
    row('last but one')
  ];
  await runs.refresh();
  expect(order()).toEqual(store.rows.map(one => one.run_id));
});

it('looks after running and pinned runs that are not on the first page', async () => {
  store.rows = rows(FIRST + 20);
  const late = { ...store.rows[FIRST + 5], status: 'RUNNING', end_time: null };
  store.rows[FIRST + 5] = { ...row('x'), ...late };
  await runs.show(asked());
  await runs.all();
  store.rows = store.rows.map(one => ({ ...one, status: 'FAILED' }));
  await runs.refresh();
  expect(runs.snapshot.rows.get(`run-${FIRST + 5}`)?.status).toBe('FAILED');
  await runs.show(asked({ filter: 'x' }, 'other'));
  runs.setPins([`run-${FIRST + 7}`]);
  await Promise.resolve();
  await runs.refresh();
  expect(runs.snapshot.rows.has(`run-${FIRST + 7}`)).toBe(true);
});

it('loads children when they are wanted, and keeps them fresh', async () => {
  store.rows = [
    row('parent', { children: 1 }),
    row('child', { parent_run_id: 'parent' })
  ];
  await runs.show(asked());
  expect(order()).toEqual(['parent']);
  await runs.expand('parent', true);
  expect(runs.snapshot.children.get('parent')).toEqual(['child']);
  store.rows.push(row('second', { parent_run_id: 'parent' }));
  await runs.refresh();
  expect(runs.snapshot.children.get('parent')).toEqual(['child', 'second']);
  await runs.expand('parent', false);
  expect(runs.snapshot.expanded.size).toBe(0);
});

it('keeps the old rows in view until another order of them comes', async () => {
  store.rows = rows(3);
  await runs.show(asked());
  const shown = runs.show(asked({ order_by: 'metrics.loss DESC' }));
  expect(runs.snapshot.busy).toBe(true);
  expect(order()).toHaveLength(3);
  await shown;
  // Of other experiments nothing must stand there meanwhile.
  const other = runs.show(asked({}, 'other'));
  expect(runs.snapshot.order).toBeNull();
  await other;
});

it('believes the newest question, whichever is answered last', async () => {
  let release: () => void = () => undefined;
  store.rows = rows(2);
  store.instead = request =>
    request.query.get('filter') === 'slow'
      ? new Promise(resolve => {
          release = () => {
            resolve(
              json({ items: [row('old')], next_page_token: null, total: 1 })
            );
          };
        })
      : null;
  const slow = runs.show(asked({ filter: 'slow' }));
  await Promise.resolve();
  await runs.show(asked());
  release();
  await slow;
  expect(order()).toEqual(['run-0', 'run-1']);
});

it('tells an error, keeps what it has, and recovers', async () => {
  store.rows = rows(2);
  await runs.show(asked());
  store.instead = () =>
    json({ message: 'The store is locked.', hint: 'Wait.', code: 'x' }, 503);
  await runs.refresh();
  expect(runs.snapshot.error?.message).toBe('The store is locked.');
  expect(order()).toHaveLength(2);
  store.instead = () => null;
  await runs.refresh();
  expect(runs.snapshot.error).toBeNull();
});

it('tries again from the start where the first answer was an error', async () => {
  store.rows = rows(2);
  store.instead = () => json({ message: 'm', hint: '', code: 'x' }, 503);
  await runs.show(asked());
  expect(runs.snapshot).toMatchObject({ order: null, busy: false });
  store.instead = () => null;
  await runs.refresh();
  expect(order()).toHaveLength(2);
});

it('ends loading all when a page fails', async () => {
  store.rows = rows(FIRST + 3 * PAGE);
  await runs.show(asked());
  store.instead = () => json({ message: 'm', hint: '', code: 'x' }, 503);
  await runs.all();
  expect(runs.snapshot).toMatchObject({ loadingMore: false });
  expect(order()).toHaveLength(FIRST);
});

it('says from when an old answer is', async () => {
  store.instead = () =>
    json({ items: [], next_page_token: null, total: 0 }, 200, {
      'X-Nbtrack-As-Of': '7'
    });
  await runs.show(asked());
  expect(runs.snapshot.asOf).toBe(7);
});

it('drops rows at once', async () => {
  store.rows = rows(3);
  await runs.show(asked());
  runs.drop(['run-1']);
  expect(order()).toEqual(['run-0', 'run-2']);
  expect(runs.snapshot.total).toBe(2);
});
