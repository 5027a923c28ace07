/** The sidebar after the page was loaded again: as it was left. */

import { StateDB } from '@jupyterlab/statedb';

import { KEY, readRemembered, remember } from '../state/remembered';
import { STORES } from '../state/place';
import { NO_FILTER } from '../state/query';
import { Deck } from './deck';
import { experiment, rows, settle } from './store';

const NOTHING = {
  ...{ store: null, scopes: [], run: null, model: null },
  ...{ filter: NO_FILTER, models: false }
};

let memory: StateDB;
let deck: Deck;

beforeEach(() => {
  memory = new StateDB();
  deck = load();
});

afterEach(() => {
  deck.dispose();
});

/** A page that was just loaded. */
function load(): Deck {
  const next = new Deck();
  next.store.experiments = [experiment('1', 'churn/first')];
  next.store.rows = rows(3);
  const { stores, store } = next.settings;
  next.settings.stores = [...(stores ?? []), { name: 'team', readable: 'T' }];
  next.settings.store = { ...store, name: 'workspace' };
  return next;
}

async function reload(): Promise<void> {
  deck.dispose();
  deck = load();
  await remember(deck.lists, memory);
  deck.show();
  await settle();
}

async function open(): Promise<void> {
  await remember(deck.lists, memory);
  deck.show();
  await settle();
}

it('shows the same store, experiment and filter', async () => {
  await open();
  deck.lists.place.chooseStore('team');
  deck.lists.place.chooseScope({ kind: 'experiment', id: '1' });
  deck.lists.filter.set({ text: 'owl', mine: true });
  await settle();
  await reload();
  expect(deck.lists.place.snapshot).toEqual({
    store: 'team',
    scope: { kind: 'experiment', id: '1' },
    ...{ run: null, model: null, before: null }
  });
  expect(deck.lists.filter.snapshot.written).toMatchObject({
    text: 'owl',
    mine: true
  });
  const [asked] = deck.store.of('GET runs');
  expect(asked?.query.get('store')).toBe('team');
  expect(asked?.query.getAll('experiment_id')).toEqual(['1']);
  expect(asked?.query.get('filter')).toContain('owl');
});

it('follows the notebook where no store was chosen, with what was listed of each', async () => {
  await open();
  deck.lists.place.chooseScope({ kind: 'folder', path: 'churn' });
  deck.settings.store = { ...deck.settings.store, name: 'kernel:k2' };
  await deck.lists.settings.refresh();
  expect(deck.lists.place.snapshot).toMatchObject({
    store: 'kernel:k2',
    scope: { kind: 'all' }
  });
  await reload();
  expect(deck.lists.place.snapshot).toMatchObject({
    store: 'workspace',
    scope: { kind: 'folder', path: 'churn' }
  });
});

it('shows the run that was open', async () => {
  await open();
  deck.lists.place.openRun('workspace', 'run-1');
  await reload();
  expect(deck.lists.place.snapshot.run).toEqual({
    store: 'workspace',
    runId: 'run-1'
  });
  deck.lists.place.back();
  await reload();
  expect(deck.lists.place.snapshot.run).toBeNull();
});

it('shows the registered model that was open, and the list of models', async () => {
  await open();
  expect(deck.store.of('GET models')).toEqual([]);
  deck.lists.models.setOpen(true);
  deck.lists.place.openModel('workspace', 'churn');
  await reload();
  expect(deck.lists.place.snapshot.model).toEqual({
    store: 'workspace',
    name: 'churn'
  });
  // A page is in the lists’ place: they ask for nothing.
  expect(deck.store.of('GET models')).toEqual([]);
  deck.lists.place.back();
  await settle();
  expect(deck.store.of('GET models')).toHaveLength(1);
  deck.lists.models.setOpen(false);
  await reload();
  expect(deck.store.of('GET models')).toEqual([]);
});

it.each([
  ['experiment', { kind: 'experiment' as const, id: 'gone' }],
  ['folder', { kind: 'folder' as const, path: 'gone' }]
])('lists all runs where the %s is gone', async (_, scope) => {
  await open();
  deck.lists.place.chooseScope(scope);
  await settle();
  // Chosen by the user, it stays: they may have deleted it themselves.
  expect(deck.lists.place.snapshot.scope).toEqual(scope);
  await reload();
  expect(deck.lists.place.snapshot.scope).toEqual({ kind: 'all' });
  expect(deck.lists.runs.snapshot.order).toHaveLength(3);
});

it('follows the notebook where the store is gone', async () => {
  await open();
  deck.lists.place.chooseStore('old-name');
  await reload();
  expect(deck.lists.place.snapshot.store).toBe('workspace');
  expect(deck.lists.runs.snapshot.error).toBeNull();
});

it('does not take the user away from where they have gone meanwhile', async () => {
  await open();
  deck.lists.place.chooseScope({ kind: 'experiment', id: '1' });
  deck.dispose();
  deck = load();
  const late = remember(deck.lists, memory);
  deck.lists.place.openRun('workspace', 'run-2');
  deck.lists.filter.set({ text: 'mine' });
  await late;
  expect(deck.lists.place.snapshot).toMatchObject({
    scope: { kind: 'all' },
    run: { runId: 'run-2' }
  });
  expect(deck.lists.filter.snapshot.applied.text).toBe('mine');
});

it('works without what can’t be read or kept', async () => {
  memory.fetch = () => Promise.reject(new Error('no workspace'));
  memory.save = () => Promise.reject(new Error('no workspace'));
  await open();
  deck.lists.place.chooseScope({ kind: 'experiment', id: '1' });
  await settle();
  expect(deck.lists.runs.snapshot.order).toHaveLength(3);
});

it('keeps names and what the user wrote, and no address of a store', async () => {
  await open();
  deck.lists.place.chooseScope({ kind: 'experiment', id: '1' });
  await settle();
  expect(await memory.fetch(KEY)).toEqual({
    store: null,
    scopes: [['workspace', { kind: 'experiment', id: '1' }]],
    ...{ run: null, model: null, filter: NO_FILTER, models: false }
  });
});

it('remembers so many stores and no more', async () => {
  await open();
  for (let i = 0; i < STORES + 5; i++) {
    deck.lists.place.openExperiment(`kernel:${i}`, '1');
  }
  const { scopes } = deck.lists.place.whereabouts;
  expect(scopes).toHaveLength(STORES);
  expect(scopes.at(-1)?.[0]).toBe(`kernel:${STORES + 4}`);
});

it.each([
  undefined,
  null,
  7,
  'text',
  [],
  [[]],
  { store: 7, scopes: 'x', run: [], filter: null },
  { model: { store: 'a', name: 7 }, models: 'yes' },
  { store: '', scopes: [null, [], ['a'], ['a', 7], [{}, {}]], run: {} },
  { run: { store: 'a' }, filter: { text: 7, status: '__proto__', mine: 1 } },
  { store: 'x'.repeat(10_000) }
])('reads nothing of a strange one: %#', value => {
  expect(readRemembered(value)).toEqual(NOTHING);
});

it('reads what it knows of another version’s', () => {
  expect(
    readRemembered({
      scopes: [
        ['a', { kind: 'folder', path: 7 }],
        ['b', { kind: 'experiment', id: '../x' }],
        ['c', { kind: 'new' }]
      ],
      filter: { text: '<b>', status: 'FAILED', mine: true, later: 1 }
    })
  ).toEqual({
    ...NOTHING,
    scopes: [
      ['a', { kind: 'all' }],
      ['b', { kind: 'experiment', id: '../x' }],
      ['c', { kind: 'all' }]
    ],
    filter: { ...NO_FILTER, text: '<b>', status: 'FAILED', mine: true }
  });
});
