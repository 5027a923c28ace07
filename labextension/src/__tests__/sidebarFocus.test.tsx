/** What the keyboard was on in the list of runs is replaced: by another list, another order, other columns. */

import { act } from 'react';

import { NO_VIEW } from '../state/view';
import {
  all,
  deck,
  focused,
  focusFirst,
  host,
  labelled,
  lines,
  onScreen,
  open,
  press
} from './screen';
import { row, rows, settle } from './store';

onScreen();

const grid = () => host.querySelector('.nbtrack-Grid');

/** Let the store answer a route only when the returned function is called. */
function holdBack(route: string): () => Promise<void> {
  let release: () => void = () => undefined;
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  deck.store.instead = ({ path }) =>
    path.endsWith(route) ? held.then(() => null as unknown as Response) : null;
  return () =>
    act(async () => {
      release();
      deck.store.instead = () => null;
      await settle();
    });
}

async function choose(id: string): Promise<void> {
  await act(async () => {
    deck.lists.place.chooseScope({ kind: 'experiment', id });
    await settle();
  });
}

it('waits on the list while another one is loaded, and goes back to the same run', async () => {
  await open();
  focusFirst();
  await press('ArrowDown');
  const answer = holdBack('runs');
  await choose('1');
  expect(lines()).toHaveLength(0);
  expect(host.textContent).toContain('Loading…');
  expect(grid()?.getAttribute('aria-busy')).toBe('true');
  expect(document.activeElement).toBe(grid());
  await answer();
  expect(focused()).toBe('/run-1');
});

it('is on the list itself where the run is not in it, and the arrows go on from there', async () => {
  await open();
  focusFirst();
  deck.store.rows = rows(3, { experiment_id: '2' }).map(one => ({
    ...one,
    run_id: `other-${one.run_id}`
  }));
  await choose('2');
  expect(document.activeElement).toBe(grid());
  await press('Delete');
  await press('Enter');
  expect(deck.opened.run).toEqual([]);
  expect(deck.store.of('POST runs/delete')).toEqual([]);
  await press('ArrowDown');
  expect(focused()).toBe('/other-run-0');
});

it('stays with the run when what is kept with the experiment comes late', async () => {
  deck.store.rows = rows(300);
  deck.store.views.set('1', {
    ...NO_VIEW,
    columns: ['metrics.f1'],
    sort: 'metrics.f1 DESC',
    pins: ['run-1']
  });
  await open();
  const answer = holdBack('view');
  await choose('1');
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve, 400));
    await settle();
  });
  // Nobody has gone there by keyboard: the focus alone says where the user is.
  act(() => {
    lines()[1]?.focus();
  });
  expect(focused()).toBe('/run-1');
  await answer();
  expect(all('[role=columnheader]').at(-1)?.textContent).toBe('f1');
  expect(focused()).toBe('pin/run-1');
  await press('ArrowDown');
  expect(focused()).toBe('/run-0');
});

it('is not lost with the head of a column', async () => {
  await open();
  await choose('1');
  act(() => {
    labelled('Start').focus();
  });
  await act(async () => {
    deck.lists.view.change({ columns: [] });
    await settle();
  });
  expect(document.activeElement).toBe(grid());
});

it('goes to what is said in place of a list without runs', async () => {
  await open();
  focusFirst();
  deck.store.rows = [];
  await choose('2');
  expect(host.textContent).toContain('No runs here yet.');
  expect(document.activeElement).toBe(host.querySelector('.nbtrack-Runs'));
});

it('is where the deleted run was', async () => {
  await open();
  focusFirst();
  await press('ArrowDown');
  await press('Delete');
  expect(lines()).toHaveLength(2);
  expect(document.activeElement).toBe(grid());
  await press('ArrowDown');
  expect(focused()).toBe('/run-2');
});

it('is not taken from where the user has gone meanwhile', async () => {
  await open();
  focusFirst();
  const answer = holdBack('runs');
  await choose('1');
  act(() => {
    labelled('Refresh').focus();
  });
  await answer();
  expect(lines()).toHaveLength(3);
  expect(document.activeElement).toBe(labelled('Refresh'));
});

it('does not come to a list that never had it', async () => {
  await open();
  deck.store.rows = [row('new')];
  await choose('1');
  expect(lines()).toHaveLength(1);
  expect(document.activeElement).toBe(document.body);
});

it('shows no run of the experiment before under the name of the next', async () => {
  await open();
  holdBack('view');
  await choose('1');
  expect(lines()).toHaveLength(0);
});
