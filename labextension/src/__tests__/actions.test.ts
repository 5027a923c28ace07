/** What is done to runs, experiments and views, and what of it is kept. */

import { ExperimentsState } from '../state/experiments';
import { Removal, UNDO_MS } from '../state/removal';
import { SAVE_MS, ViewState } from '../state/view';
import { experiment, json, rows, TestStore } from './store';

let store: TestStore;

beforeEach(() => {
  jest.useFakeTimers();
  store = new TestStore();
});

afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const denied = () =>
  json({ message: 'No.', hint: 'Ask.', code: 'forbidden' }, 403);

describe('removal', () => {
  let gone: string[];
  let back: number;
  let removal: Removal;

  beforeEach(() => {
    gone = [];
    back = 0;
    store.rows = rows(3);
    removal = new Removal(
      store.api,
      ids => gone.push(...ids),
      () => {
        back += 1;
      }
    );
  });

  it('takes a deletion back within ten seconds', async () => {
    await removal.remove('s', ['run-0', 'run-1']);
    expect(gone).toEqual(['run-0', 'run-1']);
    expect(removal.snapshot.said).toBe('Deleted 2 runs.');
    await removal.undo();
    expect(store.of('POST runs/restore')[0]?.body).toEqual({
      run_ids: ['run-0', 'run-1']
    });
    expect([back, removal.snapshot.undo]).toEqual([1, null]);
  });

  it('offers it no longer than that, but as long as one is at it', async () => {
    await removal.remove('s', ['run-0']);
    await pass(UNDO_MS - 1);
    removal.hold(true);
    await pass(UNDO_MS);
    expect(removal.snapshot.undo).not.toBeNull();
    removal.hold(false);
    await pass(UNDO_MS);
    expect(removal.snapshot).toMatchObject({ undo: null, said: '' });
  });

  it('says what could not be done, and keeps the rest', async () => {
    store.instead = () =>
      json({
        done: ['run-0'],
        failed: [{ run_id: 'run-1', message: 'Not yours.' }]
      });
    await removal.remove('s', ['run-0', 'run-1']);
    expect(gone).toEqual(['run-0']);
    expect(removal.snapshot.error?.message).toBe(
      'It failed for 1 run: Not yours.'
    );
    store.instead = denied;
    await removal.remove('s', ['run-2']);
    expect(removal.snapshot.error?.message).toBe('No.');
    expect(gone).toEqual(['run-0']);
    removal.forgetError();
    expect(removal.snapshot.error).toBeNull();
  });
});

describe('view', () => {
  const first = { store: 's', experimentId: '1', key: 's 1' };

  it('is kept on the store, several clicks at once, and beside what others change', async () => {
    const view = new ViewState(store.api);
    await view.show(first);
    view.change({ sort: 'a' });
    view.change({ columns: ['metrics.x'] });
    store.views.set('1', {
      columns: null,
      sort: null,
      pins: ['theirs'],
      metric: null
    });
    await pass(SAVE_MS);
    expect(store.of('PUT experiments/1/view').map(one => one.body)).toEqual([
      { columns: ['metrics.x'], sort: 'a', pins: ['theirs'], metric: null }
    ]);
  });

  it('is saved in order by a store that is slow to write', async () => {
    const view = new ViewState(store.api);
    await view.show(first);
    let write: () => void = () => undefined;
    store.instead = ({ method }) =>
      method === 'PUT'
        ? new Promise(resolve => {
            write = () => {
              resolve(json({}));
            };
          })
        : null;
    view.change({ sort: 'a' });
    await pass(SAVE_MS);
    view.change({ sort: 'b' });
    await pass(SAVE_MS);
    const sorts = () =>
      store
        .of('PUT experiments/1/view')
        .map(one => (one.body as { sort: string }).sort);
    expect(sorts()).toEqual(['a']);
    write();
    await pass(0);
    expect(sorts()).toEqual(['a', 'b']);
  });

  it('is saved when another experiment is shown', async () => {
    const view = new ViewState(store.api);
    await view.show(first);
    view.change({ sort: 'a' });
    await view.show({ store: 's', experimentId: '2', key: 's 2' });
    await pass(0);
    expect(view.snapshot.view.sort).toBeNull();
    expect(store.views.get('1')?.sort).toBe('a');
    expect(store.views.get('2')).toBeUndefined();
  });

  it('of several experiments is remembered by the page', async () => {
    const view = new ViewState(store.api);
    const all = { store: 's', experimentId: null, key: 's all' };
    await view.show(all);
    view.change({ sort: 'a' });
    await pass(SAVE_MS);
    await view.show(first);
    await view.show(all);
    expect(view.snapshot.view.sort).toBe('a');
    expect(store.of('PUT experiments/1/view')).toEqual([]);
  });

  it('holds on the page where it can’t be kept', async () => {
    const view = new ViewState(store.api);
    await view.show(first);
    store.instead = denied;
    view.change({ sort: 'a' });
    await pass(SAVE_MS);
    expect(view.snapshot.view.sort).toBe('a');
    expect(view.snapshot.error?.message).toBe('No.');
  });
});

describe('experiments', () => {
  let state: ExperimentsState;

  beforeEach(async () => {
    store.experiments = [experiment('1', 'a/b'), experiment('2', 'c')];
    state = new ExperimentsState(store.api);
    state.setStore('s');
    await state.refresh();
  });

  const namesOf = () => state.snapshot.items?.map(one => one.name);

  it('are made, renamed, deleted and brought back', async () => {
    state.search('zzz');
    expect(await state.create('x/new')).toBe('new');
    // What hides the new one is taken away.
    expect(state.snapshot.query).toBe('');
    expect(state.isExpanded('x')).toBe(true);
    await state.rename('2', 'd');
    await state.remove('1');
    expect(namesOf()).toEqual(['d', 'x/new']);
    state.showDeleted(true);
    await pass(0);
    expect(namesOf()).toEqual(['a/b']);
    await state.restore('1');
    expect(namesOf()).toEqual([]);
    expect(state.find('2')).toBeNull();
  });

  it('say why something failed, and stay', async () => {
    store.instead = denied;
    expect(await state.rename('1', 'x')).toBe(false);
    expect(await state.create('y')).toBeNull();
    expect(state.snapshot.failed?.message).toBe('No.');
    expect(namesOf()).toEqual(['a/b', 'c']);
    state.forgetFailure();
    expect(state.snapshot.failed).toBeNull();
  });

  it('come in pages', async () => {
    store.instead = ({ query }) =>
      json({
        items: [experiment(query.get('page_token') ?? '0', 'e')],
        next_page_token: query.get('page_token') ? null : '1',
        total: null
      });
    await state.refresh();
    expect(state.snapshot.items?.map(one => one.experiment_id)).toEqual([
      ...['0', '1']
    ]);
  });

  it('of another store are not shown as this one’s', async () => {
    const slow = state.refresh();
    state.setStore('other');
    await slow;
    expect(state.snapshot.items).toBeNull();
  });
});
