/** A change of a view that the store has not taken when the page is loaded again. */

import { KEPT_MS, Unsaved } from '../state/unsaved';
import { NO_VIEW, SAVE_MS, ViewState } from '../state/view';
import { json, TestStore } from './store';

const FIRST = { store: 's', experimentId: '1', key: 's 1' };
const PUT = 'PUT experiments/1/view';

let store: TestStore;

beforeEach(() => {
  jest.useFakeTimers();
  sessionStorage.clear();
  store = new TestStore();
});

afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A page that was just loaded, and shows the experiment. */
async function load(): Promise<ViewState> {
  const view = new ViewState(store.api, new Unsaved(sessionStorage, 'test'));
  await view.show(FIRST);
  return view;
}

/** The store begins to write only when the returned function is called. */
function holdBack(): () => Promise<void> {
  const held: (() => void)[] = [];
  store.instead = ({ method, body }) =>
    method === 'PUT'
      ? new Promise(resolve => {
          held.push(() => {
            store.views.set('1', body as typeof NO_VIEW);
            resolve(json({}));
          });
        })
      : null;
  return async () => {
    store.instead = () => null;
    held.forEach(write => {
      write();
    });
    await pass(0);
  };
}

it('is shown and written by the next page', async () => {
  const write = holdBack();
  const before = await load();
  before.change({ sort: 'a', columns: ['metrics.x'] });
  await pass(SAVE_MS);
  before.change({ pins: ['r'] });
  const after = await load();
  const changed = { sort: 'a', columns: ['metrics.x'], pins: ['r'] };
  expect(after.snapshot.view).toEqual({ ...NO_VIEW, ...changed });
  await write();
  await pass(SAVE_MS);
  expect(store.views.get('1')).toEqual({ ...NO_VIEW, ...changed });
  expect(sessionStorage).toHaveLength(0);
});

it('is shown when one comes back to the experiment', async () => {
  const write = holdBack();
  const view = await load();
  view.change({ sort: 'a' });
  await view.show({ store: 's', experimentId: '2', key: 's 2' });
  await view.show(FIRST);
  expect(view.snapshot.view.sort).toBe('a');
  await write();
  expect(store.of(PUT)).toHaveLength(1);
});

it('is not missing where the store has answered just before it was written', async () => {
  const write = holdBack();
  const view = await load();
  view.change({ sort: 'a' });
  await pass(SAVE_MS);
  let answer: () => void = () => undefined;
  const { instead } = store;
  store.instead = asked =>
    asked.method === 'GET'
      ? new Promise(resolve => {
          answer = () => {
            resolve(json(NO_VIEW));
          };
        })
      : instead(asked);
  const shown = view.show(FIRST);
  await write();
  answer();
  await shown;
  expect(view.snapshot.view.sort).toBe('a');
});

it('waits for a store that does not answer, and says so meanwhile', async () => {
  store.instead = ({ method }) =>
    method === 'PUT'
      ? json({ message: 'It stalls.', hint: '', code: 'x' }, 503)
      : null;
  const view = await load();
  view.change({ sort: 'a' });
  await pass(SAVE_MS);
  expect(view.snapshot.error?.message).toBe('It stalls.');
  store.instead = () => null;
  view.change({ pins: ['r'] });
  await pass(SAVE_MS);
  expect(view.snapshot.error).toBeNull();
  expect(store.views.get('1')).toMatchObject({ sort: 'a', pins: ['r'] });
});

it('does not undo what another part of the page has changed since', async () => {
  const [view, other] = [await load(), new ViewState(store.api)];
  await other.show({ ...FIRST, key: 'another' });
  store.instead = ({ method }) =>
    method === 'PUT'
      ? json({ message: 'It stalls.', hint: '', code: 'x' }, 503)
      : null;
  view.change({ pins: ['a'], sort: 'a' });
  await pass(SAVE_MS);
  store.instead = () => null;
  other.change({ pins: ['a', 'b'] });
  await pass(SAVE_MS);
  const both = { ...NO_VIEW, pins: ['a', 'b'], sort: 'a' };
  expect(store.views.get('1')).toEqual(both);
  expect(sessionStorage).toHaveLength(0);
});

it('is not tried again where the store has refused it', async () => {
  store.instead = ({ method }) =>
    method === 'PUT'
      ? json({ message: 'Too long.', hint: '', code: 'invalid' }, 400)
      : null;
  const view = await load();
  view.change({ sort: 'a' });
  await pass(SAVE_MS);
  expect((await load()).snapshot.view.sort).toBeNull();
  expect(store.of(PUT)).toHaveLength(1);
});

it('counts for less than what others have changed long since', async () => {
  holdBack();
  const view = await load();
  view.change({ sort: 'a' });
  await pass(KEPT_MS);
  expect((await load()).snapshot.view.sort).toBeNull();
});

it.each([
  'no JSON',
  '7',
  '[1]',
  '{"s 1": 7}',
  '{"s 1": {"at": "x", "change": {"sort": "a"}}}',
  `{"s 1": {"at": 1e15, "change": {"sort": 7, "columns": "x", "pins": [7]}}}`
])('is nothing where something strange is kept: %s', async kept => {
  sessionStorage.setItem('test', kept);
  expect((await load()).snapshot.view).toEqual(NO_VIEW);
});

it('is known to the page where the browser keeps nothing', async () => {
  const refuse = () => {
    throw new Error('no storage');
  };
  const storage = { getItem: refuse, setItem: refuse, removeItem: refuse };
  const view = new ViewState(store.api, new Unsaved(storage, 'test'));
  await view.show(FIRST);
  view.change({ sort: 'a' });
  await pass(SAVE_MS);
  expect(store.views.get('1')?.sort).toBe('a');
});
