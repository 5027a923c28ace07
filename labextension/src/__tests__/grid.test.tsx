/** The list of runs as a person uses it, by mouse and by keyboard. */

import { act } from 'react';

import { PAGE } from '../state/asker';
import {
  all,
  click,
  deck,
  FILTER,
  focused,
  focusFirst,
  host,
  labelled,
  lines,
  namesOf,
  open,
  press,
  onScreen,
  write
} from './screen';
import { row, rows, settle } from './store';

onScreen();

describe('runs', () => {
  it('are a grid that says how many there are', async () => {
    deck.store.rows = rows(1000);
    await open();
    const grid = host.querySelector('[role=treegrid]');
    expect(grid?.getAttribute('aria-rowcount')).toBe('1001');
    expect(lines().length).toBeLessThan(100);
    expect(lines()[3]?.getAttribute('aria-rowindex')).toBe('5');
    expect(host.textContent).toContain('200 of 1,000');
    expect(all('.nbtrack-Grid [data-key][tabindex="0"]')).toHaveLength(1);
  });

  it('say their status not by colour alone', async () => {
    deck.store.rows = ['RUNNING', 'FAILED', 'ODD'].map(status =>
      row(status, { status })
    );
    await open();
    const said = all('.nbtrack-Status').map(one => one.textContent);
    expect(said).toEqual(['running', 'failed', 'odd']);
  });

  it('are gone through by keyboard', async () => {
    await open();
    focusFirst();
    await press('ArrowDown');
    expect(focused()).toBe('/run-1');
    await press('ArrowUp');
    await press('ArrowUp');
    expect(focused()).toBe('/run-0');
    await press(' ');
    await press('ArrowDown', { shiftKey: true });
    expect(all('[data-key][aria-selected=true]')).toHaveLength(2);
    await press('Escape');
    expect(all('[data-key][aria-selected=true]')).toHaveLength(0);
    await press('a', { ctrlKey: true });
    expect(host.textContent).toContain('3 selected');
    await press('Home');
    await press('Enter');
    expect(deck.opened.run).toEqual(['run-0']);
    expect(host.textContent).toContain('page of run-0');
    expect(document.activeElement?.textContent).toBe('All runs');
  });

  it('are where the keys go, however the focus came there', async () => {
    await open();
    focusFirst();
    act(() => {
      lines()[2]?.focus();
    });
    expect(lines().map(one => one.tabIndex)).toEqual([-1, -1, 0]);
    await press('Delete');
    const [asked] = deck.store.of('POST runs/delete');
    expect(asked?.body).toEqual({ run_ids: ['run-2'] });
  });

  it('are selected from the one that the keyboard is on to the one that is clicked', async () => {
    await open();
    focusFirst();
    const last = lines()[2] ?? host;
    await act(async () => {
      const down = { bubbles: true, cancelable: true, shiftKey: true };
      // As a browser does.
      if (last.dispatchEvent(new MouseEvent('mousedown', down))) {
        last.focus();
      }
      await settle();
    });
    await click(last, { shiftKey: true });
    expect(all('[data-key][aria-selected=true]')).toHaveLength(3);
    expect(focused()).toBe('/run-2');
  });

  it('that are pinned stay on top, five of them', async () => {
    deck.store.rows = rows(20);
    await open();
    focusFirst();
    const pins = Array.from({ length: 8 }, (_, index) => `run-${index}`);
    await act(async () => {
      deck.lists.view.change({ pins });
      await settle();
    });
    const box = host.querySelector<HTMLElement>('.nbtrack-Pins');
    const height = Number.parseFloat(lines()[0]?.style.height ?? '');
    expect(Number.parseFloat(box?.style.top ?? '')).toBe(-2 * height);
    const grid = host.querySelector('.nbtrack-Grid') ?? host;
    grid.scrollTop = 10 * height;
    // The keyboard brings those back that are not.
    act(() => {
      lines()[4]?.focus();
    });
    await press('ArrowUp');
    expect(grid.scrollTop).toBe(10 * height);
    await press('ArrowUp');
    expect(focused()).toBe('pin/run-2');
    expect(grid.scrollTop).toBe(2 * height);
  });

  it('are all loaded by End, which goes to the last one', async () => {
    deck.store.rows = rows(PAGE + 500);
    await open();
    focusFirst();
    await press('End');
    expect(focused()).toBe(`/run-${PAGE + 499}`);
    expect(host.textContent).toContain('1,500 runs');
    expect(lines().length).toBeLessThan(100);
  });

  it('show their children below them', async () => {
    deck.store.rows = [
      row('parent', { children: 1 }),
      row('child', { parent_run_id: 'parent' }),
      row('next')
    ];
    await open();
    expect(namesOf()).toEqual(['name of parent', 'name of next']);
    focusFirst();
    await press('ArrowRight');
    expect(lines()[0]?.getAttribute('aria-expanded')).toBe('true');
    expect(lines()[1]?.getAttribute('aria-level')).toBe('2');
    await press('ArrowRight');
    expect(focused()).toBe('/parent/child');
    await press('ArrowLeft');
    await press('ArrowLeft');
    expect(namesOf()).toEqual(['name of parent', 'name of next']);
  });

  it('are pinned, and the keyboard stays with the line', async () => {
    await open();
    focusFirst();
    await press('ArrowDown');
    await press('p');
    expect(namesOf()[0]).toBe('name of run-1');
    expect(focused()).toBe('pin/run-1');
    expect(lines()).toHaveLength(3);
    await click('Unpin name of run-1');
    expect(namesOf()[0]).toBe('name of run-0');
  });

  it('are compared, copied, deleted and brought back', async () => {
    await open();
    await click('Select name of run-0');
    expect((labelled('Compare') as HTMLButtonElement).disabled).toBe(true);
    await click('Select name of run-2', { shiftKey: true });
    await click('Compare');
    expect(deck.opened.compare).toEqual([['run-0', 'run-1', 'run-2']]);
    await click('Copy ids');
    expect(deck.copied).toEqual(['run-0\nrun-1\nrun-2']);
    await click('Select name of run-1');
    await click('Delete');
    expect(namesOf()).toEqual(['name of run-1']);
    expect(host.textContent).toContain('Deleted 2 runs.');
    await click('Undo');
    expect(lines()).toHaveLength(3);
  });

  it('are sorted by a click on a head', async () => {
    await open();
    const head = () =>
      all('[aria-sort]').map(one => one.getAttribute('aria-sort'));
    expect(head()).toEqual(['none', 'none', 'descending']);
    await click('Start');
    expect(head()).toEqual(['none', 'none', 'ascending']);
    const order = deck.store.of('GET runs').at(-1)?.query.get('order_by');
    expect(order).toBe('attributes.start_time ASC');
  });

  it('have the columns that were chosen, in the order that was chosen', async () => {
    deck.store.rows = [
      row('a', { values: { 'metrics.val_loss': 'NaN', 'params.lr': '<b>1' } })
    ];
    await open();
    await click('Columns');
    expect(document.activeElement).toBe(
      labelled('Search metrics, params and tags')
    );
    await write('Search metrics, params and tags', 'l');
    const boxes = () =>
      all('.nbtrack-Choice').map(one => one.textContent.trim());
    expect(boxes()).toContain('val_loss metric');
    const box = (name: string) =>
      all('.nbtrack-Choice')
        .find(one => one.textContent.startsWith(name))
        ?.querySelector('input');
    for (const name of ['val_loss', 'lr']) {
      await click(box(name) ?? host);
      expect(box(name)?.checked).toBe(true);
    }
    await click('Move params.lr up');
    await click('Hide Duration');
    const heads = all('[role=columnheader]').map(one => one.textContent);
    expect(heads).toEqual(['', 'Name', 'Metric', 'Start', 'lr', 'val_loss']);
    const cells = all('[data-key] [role=gridcell]').map(one => one.textContent);
    expect(cells.slice(-2)).toEqual(['<b>1', 'NaN']);
    expect(host.querySelector('b')).toBeNull();
    await press('Escape');
    expect(document.activeElement).toBe(labelled('Columns'));
  });

  it('say what to do when there are none', async () => {
    deck.store.rows = [];
    await open();
    expect(host.textContent).toContain('No runs here yet.');
    await write(FILTER, 'nothing');
    await press('Enter');
    expect(host.textContent).toContain('No run fits these filters.');
    deck.store.rows = rows(1);
    await click(all('.nbtrack-Empty button')[0] ?? host);
    expect(lines()).toHaveLength(1);
  });

  it('are deleted ones when those are wanted, and can be brought back', async () => {
    deck.store.rows = [row('a', { lifecycle_stage: 'deleted' })];
    await open();
    const status = labelled('Status') as HTMLSelectElement;
    await act(async () => {
      status.value = 'deleted';
      status.dispatchEvent(new Event('change', { bubbles: true }));
      await settle();
    });
    await click('Select name of a');
    await click('Restore');
    expect(deck.store.rows[0]?.lifecycle_stage).toBe('active');
    expect(host.textContent).toContain('Restored 1 run.');
  });
});
