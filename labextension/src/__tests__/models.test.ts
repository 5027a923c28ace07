/** The list of registered models: when it is asked for, and what it tells. */

import { GAP, ModelsState, PAGE, PAUSE } from '../state/models';
import type { IModelQuery, IRegisteredModel } from '../models';
import { RequestError } from '../request';
import type { IAnswer, IPage } from '../runs';

function model(name: string, latest: string | null = '1'): IRegisteredModel {
  return {
    ...{ name, description: '', created: 1, updated: 1, aliases: [] },
    latest: latest === null ? null : { version: latest, status: 'READY' },
    versions: 1
  };
}

let models: IRegisteredModel[];
let asked: [string, IModelQuery][];
let looked: boolean;
let trouble: RequestError | null;
let asOf: number | null;
let state: ModelsState;

beforeEach(() => {
  jest.useFakeTimers();
  models = [model('churn'), model('price')];
  asked = [];
  looked = true;
  trouble = null;
  asOf = null;
  state = new ModelsState({ models: answer }, () => looked);
  state.setStore('workspace');
});

afterEach(() => {
  state.dispose();
  jest.useRealTimers();
});

async function answer(
  store: string,
  query: IModelQuery
): Promise<IAnswer<IPage<IRegisteredModel>>> {
  asked.push([store, query]);
  await Promise.resolve();
  if (trouble) {
    throw trouble;
  }
  const found = models.filter(one => one.name.includes(query.query ?? ''));
  const start = Number(query.page_token ?? 0);
  const end = start + (query.max_results ?? 0);
  return {
    value: {
      items: found.slice(start, end),
      next_page_token: end < found.length ? String(end) : null,
      total: found.length
    },
    asOf,
    problem: null
  };
}

const names = () => state.snapshot.items?.map(one => one.name);
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

async function open(): Promise<void> {
  state.setOpen(true);
  await pass(0);
}

it('is asked for once it is open, and not while it is closed', async () => {
  state.due();
  await pass(GAP);
  expect(asked).toEqual([]);
  await open();
  expect(asked).toEqual([
    ['workspace', { max_results: PAGE, page_token: null }]
  ]);
  expect(names()).toEqual(['churn', 'price']);
  state.setOpen(false);
  state.due();
  await pass(2 * GAP);
  expect(asked).toHaveLength(1);
});

it('asks nothing while nobody looks', async () => {
  looked = false;
  await open();
  expect(asked).toEqual([]);
  looked = true;
  state.due();
  await pass(0);
  expect(asked).toHaveLength(1);
});

it('is asked for again after a change, and not at each of many', async () => {
  await open();
  models = [model('new'), ...models];
  for (let i = 0; i < 20; i++) {
    state.due();
    await pass(100);
  }
  await pass(GAP);
  expect(asked).toHaveLength(2);
  expect(names()).toEqual(['new', 'churn', 'price']);
});

it('lets a slow store come to its end, and asks once more then', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  const slow = new ModelsState(
    { models: (...query) => held.then(() => answer(...query)) },
    () => true
  );
  slow.setStore('workspace');
  slow.setOpen(true);
  for (let i = 0; i < 5; i++) {
    await pass(GAP);
    slow.due();
  }
  release();
  await pass(0);
  expect(slow.snapshot.items).toHaveLength(2);
  expect(asked).toHaveLength(1);
  await pass(GAP);
  expect(asked).toHaveLength(2);
  slow.dispose();
});

it('searches once the user pauses, and keeps what is listed until then', async () => {
  await open();
  for (const text of ['p', 'pr', 'pri']) {
    state.search(text);
    await pass(PAUSE / 2);
  }
  expect(names()).toEqual(['churn', 'price']);
  await pass(PAUSE);
  expect(asked).toHaveLength(2);
  expect(asked[1]?.[1].query).toBe('pri');
  expect(names()).toEqual(['price']);
  state.search('none');
  state.due();
  await pass(PAUSE);
  expect(names()).toEqual([]);
  expect(state.snapshot.found).toBe('none');
});

it('loads page after page, and as many again after a change', async () => {
  models = Array.from({ length: 2 * PAGE + 50 }, (_, i) => model(`m${i}`));
  await open();
  expect(state.snapshot).toMatchObject({ next: String(PAGE), total: 250 });
  await state.more();
  expect(names()).toHaveLength(2 * PAGE);
  // A model that moved to the top meanwhile pushes another onto the next page: it stands there once.
  models = [model('new'), ...models];
  await state.more();
  expect(new Set(names()).size).toBe(names()?.length);
  await state.refresh();
  expect(names()).toHaveLength(2 * PAGE + 51);
  expect(names()?.[0]).toBe('new');
  expect(state.snapshot.next).toBeNull();
});

it('marks what came while the list was open, until it is looked at', async () => {
  await open();
  models = [model('new'), model('churn', '2'), model('price')];
  await state.refresh();
  const isNew = () => state.snapshot.items?.map(one => state.isNew(one));
  expect(isNew()).toEqual([true, true, false]);
  state.see('churn');
  expect(isNew()).toEqual([true, false, false]);
  // What a search brings to light was there before.
  models.push(model('old'));
  state.search('old');
  await pass(PAUSE);
  expect(isNew()).toEqual([false]);
});

it('keeps the last good answer, and asks again at once when the store is back', async () => {
  await open();
  trouble = new RequestError(503, {
    ...{ message: 'Asleep.', hint: '', code: 'store_unavailable' }
  });
  await state.refresh();
  expect(state.snapshot.error?.message).toBe('Asleep.');
  expect(names()).toEqual(['churn', 'price']);
  trouble = null;
  asOf = 77;
  state.due();
  await pass(0);
  expect(state.snapshot).toMatchObject({ error: null, asOf: 77 });
});

it('shows nothing of the store before', async () => {
  await open();
  state.search('churn');
  state.setStore('team');
  expect(state.snapshot).toMatchObject({ items: null, query: '', open: true });
  await pass(PAUSE);
  expect(asked).toHaveLength(1);
  state.due();
  await pass(0);
  expect(asked.at(-1)?.[0]).toBe('team');
});
