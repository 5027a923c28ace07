/** The small states of the sidebar, each by itself. */

import type { Event } from '@jupyterlab/services';
import { Stream } from '@lumino/signaling';

import { CHANGED, StoreEvents } from '../events';
import { Attention } from '../state/attention';
import { FilterState, TYPING_MS } from '../state/filter';
import { FRESH_MS, KeysState } from '../state/keys';
import { ALL, Place } from '../state/place';
import { Selection } from '../state/selection';
import { LEASE_MS, PAUSE_MS, Watch } from '../state/watch';
import { json, rows, TestStore } from './store';

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

/** A browser's tab that a test brings to the front. */
class Page {
  hidden = false;
  listeners = new Set<() => void>();

  addEventListener(_: string, listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_: string, listener: () => void): void {
    this.listeners.delete(listener);
  }

  hide(hidden: boolean): void {
    this.hidden = hidden;
    this.listeners.forEach(one => {
      one();
    });
  }
}

it('is looked at while the panel is open and the browser’s tab in front', () => {
  const page = new Page();
  const attention = new Attention(page);
  const seen: boolean[] = [];
  attention.changed.connect(() => seen.push(attention.visible));
  attention.setShown(true);
  attention.setShown(true);
  page.hide(true);
  attention.setShown(false);
  page.hide(false);
  expect(seen).toEqual([true, false]);
  attention.dispose();
  expect(page.listeners.size).toBe(0);
});

it('picks nbtrack’s events out of Jupyter’s', () => {
  const stream = new Stream<Event.IManager, Event.Emission>(
    {} as Event.IManager
  );
  const events = new StoreEvents(stream);
  const heard: unknown[] = [];
  events.changed.connect((_, change) => heard.push(change));
  stream.emit({ schema_id: 'other', store: 's', mark: 'm' });
  stream.emit({ schema_id: CHANGED, store: 5, mark: 'm' });
  stream.emit({ schema_id: CHANGED, store: 's', mark: 'm', more: 1 });
  events.dispose();
  stream.emit({ schema_id: CHANGED, store: 's', mark: 'n' });
  expect(heard).toEqual([{ store: 's', mark: 'm' }]);
});

describe('watch', () => {
  let attention: Attention;
  let watch: Watch;
  let leases: string[];
  let due: number;

  beforeEach(() => {
    attention = new Attention(new Page());
    leases = [];
    due = 0;
    watch = new Watch(
      attention,
      ({ store }) => {
        leases.push(store);
        return Promise.reject(new Error('down'));
      },
      () => 60_000
    );
    watch.due.connect(() => {
      due += 1;
    });
    watch.follow({ store: 's', experimentIds: null });
  });

  it('asks nothing while nobody looks', async () => {
    watch.heard('s');
    await pass(10 * LEASE_MS);
    expect([leases, due]).toEqual([[], 0]);
    attention.setShown(true);
    await pass(2 * LEASE_MS);
    expect([leases, due]).toEqual([['s', 's', 's'], 1]);
    attention.setShown(false);
    watch.heard('s');
    await pass(10 * LEASE_MS);
    expect([leases.length, due]).toEqual([3, 1]);
  });

  it('passes many changes on as few', async () => {
    attention.setShown(true);
    await pass(PAUSE_MS);
    due = 0;
    watch.heard('s');
    expect(due).toBe(1);
    for (let i = 0; i < 20; i++) {
      watch.heard('s');
    }
    watch.heard('other');
    expect(due).toBe(1);
    await pass(PAUSE_MS);
    expect(due).toBe(2);
    await pass(PAUSE_MS);
    expect(due).toBe(2);
  });

  it('looks by itself when it hears nothing', async () => {
    attention.setShown(true);
    await pass(60_000);
    expect(due).toBe(2);
    watch.dispose();
    await pass(120_000);
    expect(due).toBe(2);
  });
});

it('applies what was written when the hand rests, unless it is half a filter', async () => {
  const filter = new FilterState();
  const applied = () => filter.snapshot.applied.text;
  filter.write('f');
  await pass(TYPING_MS - 1);
  filter.write('fo');
  await pass(TYPING_MS - 1);
  expect(applied()).toBe('');
  await pass(1);
  expect(applied()).toBe('fo');
  filter.write('metrics.loss <');
  await pass(TYPING_MS);
  expect(applied()).toBe('fo');
  filter.submit();
  expect(applied()).toBe('metrics.loss <');
  filter.set({ mine: true });
  expect(filter.snapshot.applied).toMatchObject({ mine: true });
  filter.clear();
  expect(filter.snapshot.applied).toMatchObject({ mine: false, text: '' });
});

it('selects one by one, in ranges, and forgets what is gone', () => {
  const all = rows(5).map(one => ({ key: `/${one.run_id}`, row: one }));
  const [, second, third, fourth] = all;
  const selection = new Selection();
  const ids = () => [...selection.snapshot.selected].sort();
  if (!second || !third || !fourth) {
    throw new Error('too few');
  }
  selection.toggle(second);
  selection.extend(fourth, all);
  expect(ids()).toEqual(['run-1', 'run-2', 'run-3']);
  selection.toggle(third);
  expect(ids()).toEqual(['run-1', 'run-3']);
  selection.drop(['run-1']);
  expect(ids()).toEqual(['run-3']);
  selection.clear();
  selection.activate(fourth.key);
  selection.extend(second, all);
  expect(ids()).toEqual(['run-1', 'run-2', 'run-3']);
});

it('follows the notebook’s store until one is chosen', () => {
  const place = new Place();
  place.followStore('kernel:a');
  place.chooseScope({ kind: 'folder', path: 'a' });
  place.followStore('kernel:b');
  expect(place.snapshot).toMatchObject({ store: 'kernel:b', scope: ALL });
  place.chooseStore('workspace');
  place.followStore('kernel:c');
  expect(place.snapshot.store).toBe('workspace');
  place.openRun('kernel:a', 'r');
  expect(place.snapshot.run).toEqual({ store: 'kernel:a', runId: 'r' });
  place.openExperiment('kernel:a', '7');
  expect(place.snapshot).toEqual({
    store: 'kernel:a',
    scope: { kind: 'experiment', id: '7' },
    ...{ run: null, model: null, before: null }
  });
});
it('asks for keys when they are wanted, and seldom', async () => {
  const keys = new KeysState((name, ids) => store.api.keys(name, ids));
  keys.follow('s', ['1']);
  expect(store.asked).toEqual([]);
  await Promise.all([keys.want(), keys.want()]);
  await keys.want();
  expect(store.of('GET keys')).toHaveLength(1);
  expect(keys.snapshot.keys?.params).toEqual(['lr']);
  keys.follow('s', ['2']);
  expect(keys.snapshot.keys).toBeNull();
  store.instead = denied;
  await keys.want();
  expect(keys.snapshot.error?.message).toBe('No.');
  store.instead = () => null;
  await keys.want();
  expect(keys.snapshot).toMatchObject({ error: null, keys: store.keys });
  await pass(FRESH_MS);
  await keys.want();
  expect(store.of('GET keys')).toHaveLength(4);
});

it('asks for keys that were wanted before it was known whose', async () => {
  const keys = new KeysState((name, ids) => store.api.keys(name, ids));
  await keys.want();
  keys.follow('s', ['1']);
  await pass(0);
  expect(keys.snapshot.keys).toEqual(store.keys);
});

it('is silent once it is disposed of', () => {
  const place = new Place();
  const changed = jest.fn();
  place.changed.connect(changed);
  place.dispose();
  place.openRun('s', 'r');
  expect(changed).not.toHaveBeenCalled();
});
