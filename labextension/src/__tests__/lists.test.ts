import { VIEW_MS } from '../state/lists';
import { PAUSE_MS } from '../state/watch';
import type { ISettings } from '../types';
import { Deck } from './deck';
import { NOTEBOOK } from './source';
import { experiment, json, row, rows } from './store';

let deck: Deck;

beforeEach(() => {
  jest.useFakeTimers();
  deck = new Deck();
  deck.store.experiments = [
    experiment('1', 'churn/first', { runs: 3 }),
    experiment('2', 'churn/second'),
    experiment('3', 'other')
  ];
  deck.store.rows = rows(3);
});

afterEach(() => {
  deck.dispose();
  jest.useRealTimers();
});

/** A request takes several turns of the loop, though no time. */
async function pass(ms = 0): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
  for (let i = 0; i < 5; i++) {
    await jest.advanceTimersByTimeAsync(0);
  }
}

const queries = () =>
  deck.store
    .of('GET runs')
    .map(one => one.query.getAll('experiment_id').join(','));

async function open(): Promise<void> {
  deck.show();
  await pass();
}

it('asks nothing of any server until someone looks, nor when nobody does any more', async () => {
  deck.lists.place.chooseScope({ kind: 'experiment', id: '1' });
  deck.events.emit({ store: deck.lists.place.snapshot.store, mark: 'a' });
  await pass(600_000);
  expect(deck.store.asked).toEqual([]);
  await open();
  expect(deck.lists.runs.snapshot.order).toHaveLength(3);
  deck.show(false);
  deck.store.asked.length = 0;
  deck.events.emit({ store: 'workspace', mark: 'b' });
  deck.lists.filter.set({ mine: true });
  await pass(600_000);
  expect(deck.store.asked).toEqual([]);
  // What was wanted meanwhile is asked for then.
  await open();
  expect(deck.store.of('GET runs').at(-1)?.query.get('mine')).toBe('1');
});

it('waits for the settings, which say which store', async () => {
  let arrive: (settings: ISettings) => void = () => undefined;
  deck.serve = () =>
    new Promise(resolve => {
      arrive = resolve;
    });
  await open();
  expect(deck.store.of('GET runs')).toEqual([]);
  const { store } = deck.settings;
  arrive({ ...deck.settings, store: { ...store, name: 'kernel:k1' } });
  await pass();
  const asked = deck.store.of('GET runs').map(one => one.query.get('store'));
  expect(asked).toEqual(['kernel:k1']);
  expect(deck.store.of('GET experiments')).toHaveLength(1);
});

it('lists the runs of one experiment, of a folder, of all', async () => {
  await open();
  deck.lists.place.chooseScope({ kind: 'experiment', id: '2' });
  await pass();
  deck.lists.place.chooseScope({ kind: 'folder', path: 'churn' });
  await pass();
  deck.lists.place.chooseScope({ kind: 'folder', path: 'not there' });
  await pass();
  expect(queries()).toEqual(['', '2', '1,2']);
});

it('asks as the view of the experiment says, once', async () => {
  deck.store.views.set('1', {
    columns: ['metrics.f1', 'attributes.user'],
    sort: 'metrics.f1 DESC',
    pins: ['run-2'],
    metric: null
  });
  await open();
  deck.store.asked.length = 0;
  deck.lists.place.chooseScope({ kind: 'experiment', id: '1' });
  await pass();
  const asked = deck.store.of('GET runs').map(one => one.query);
  expect(asked.map(one => one.getAll('column'))).toEqual([['metrics.f1']]);
  expect(asked[0]?.get('order_by')).toBe('metrics.f1 DESC');
  expect(deck.lists.runs.snapshot.pins).toEqual(['run-2']);
});

it('does not wait long for a view', async () => {
  await open();
  deck.store.asked.length = 0;
  deck.store.instead = ({ path }) =>
    path.endsWith('view') ? new Promise(() => undefined) : null;
  deck.lists.place.chooseScope({ kind: 'experiment', id: '1' });
  await pass(VIEW_MS - 1);
  expect(queries()).toEqual([]);
  await pass(1);
  expect(queries()).toEqual(['1']);
});

it('sorts by duration itself, once it has all', async () => {
  deck.store.rows = rows(900);
  await open();
  deck.lists.view.change({ sort: 'attributes.duration DESC' });
  await pass();
  const orders = deck.store
    .of('GET runs')
    .map(one => one.query.get('order_by'));
  expect(new Set(orders)).toEqual(new Set([null]));
  expect(deck.lists.runs.snapshot.order).toHaveLength(900);
});

it('shows a new run soon after the server tells of it', async () => {
  await open();
  await pass(PAUSE_MS);
  deck.store.rows = [row('new'), ...deck.store.rows];
  deck.events.emit({ store: 'other', mark: 'a' });
  await pass();
  expect(deck.lists.runs.snapshot.order?.[0]).toBe('run-0');
  deck.events.emit({ store: deck.lists.place.snapshot.store, mark: 'a' });
  await pass();
  expect(deck.lists.runs.snapshot.order?.[0]).toBe('new');
});

it('asks nothing for lists behind a run’s page, and catches up after it', async () => {
  await open();
  deck.lists.place.openRun('workspace', 'run-1');
  await pass(PAUSE_MS);
  deck.store.asked.length = 0;
  deck.events.emit({ store: deck.lists.place.snapshot.store, mark: 'a' });
  await pass(PAUSE_MS);
  expect(deck.store.of('GET runs')).toEqual([]);
  deck.store.rows = [row('new'), ...deck.store.rows];
  deck.lists.place.back();
  await pass();
  expect(deck.lists.runs.snapshot.order?.[0]).toBe('new');
});

it('watches the store of the run that is shown', async () => {
  await open();
  deck.lists.place.openRun('kernel:x', 'r');
  await pass();
  expect(deck.store.of('POST watch').at(-1)?.body).toMatchObject({
    store: 'kernel:x'
  });
});

it('forgets the selection when other runs are shown', async () => {
  await open();
  deck.lists.selection.toggle({ key: '/run-0', row: row('run-0') });
  deck.lists.place.chooseScope({ kind: 'experiment', id: '2' });
  expect(deck.lists.selection.snapshot.selected.size).toBe(0);
});

it('takes deleted runs out of list and selection', async () => {
  await open();
  deck.lists.selection.toggle({ key: '/run-0', row: row('run-0') });
  await deck.lists.removal.remove('workspace', ['run-0']);
  expect(deck.lists.runs.snapshot.order).toEqual(['run-1', 'run-2']);
  expect(deck.lists.selection.snapshot.selected.size).toBe(0);
  await deck.lists.removal.undo();
  await pass();
  expect(deck.lists.runs.snapshot.order).toHaveLength(3);
});

it.each([
  ['the kernel’s word', { name: 'x/y', source: 'explicit' as const }, 'x/y'],
  [
    'the notebook’s path',
    { name: null, source: 'default' as const },
    'churn/first'
  ],
  ['MLflow’s choice', { name: null, source: 'environment' as const }, null]
])('knows the experiment of the notebook: %s', async (_, said, name) => {
  deck.settings = { ...deck.settings, experiment: said };
  await open();
  expect(deck.lists.currentName).toBe(name);
  expect(deck.lists.current?.experiment_id ?? null).toBe(
    name === 'churn/first' ? '1' : null
  );
  deck.source.move(null);
  expect(deck.lists.currentName).toBeNull();
});

it('filters by the notebook in front', async () => {
  await open();
  deck.lists.filter.set({ notebook: true });
  await pass();
  const asked = () => deck.store.of('GET runs').at(-1)?.query;
  expect(asked()?.get('notebook')).toBe(NOTEBOOK.path);
  // Whoever filters sees children too.
  expect(asked()?.get('top_level')).toBeNull();
  deck.source.move({ ...NOTEBOOK, path: 'b.ipynb' });
  await pass();
  expect(asked()?.get('notebook')).toBe('b.ipynb');
});

it('says that the store does not answer, and recovers by itself', async () => {
  await open();
  deck.store.instead = () =>
    json({ message: 'Stalled.', hint: '', code: 'store_unavailable' }, 503);
  await pass(60_000);
  expect(deck.lists.runs.snapshot.error?.message).toBe('Stalled.');
  deck.store.instead = () => null;
  await pass(60_000);
  expect(deck.lists.runs.snapshot.error).toBeNull();
});

it('looks when a cell of the notebook in front has ended', async () => {
  await open();
  await pass(PAUSE_MS);
  deck.store.rows = [row('new'), ...deck.store.rows];
  deck.source.executed.emit();
  await pass();
  expect(deck.lists.runs.snapshot.order?.[0]).toBe('new');
});
