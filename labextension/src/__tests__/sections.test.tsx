/** What stands around the list of runs: filter box, experiments, what goes wrong. */

import { act } from 'react';

import { RequestError } from '../request';
import {
  all,
  click,
  deck,
  FILTER,
  host,
  labelled,
  lines,
  open,
  press,
  onScreen,
  write
} from './screen';
import { experiment, json, row, rows, settle } from './store';

onScreen();

describe('the filter box', () => {
  it('completes keys, and says which one is chosen', async () => {
    await open();
    const input = await write(FILTER, 'metrics.va');
    expect(input.getAttribute('aria-expanded')).toBe('true');
    await press('ArrowDown');
    const chosen = input.getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(chosen)?.textContent).toBe(
      'metrics.val_loss'
    );
    await press('Enter');
    expect(input.value).toBe('metrics.val_loss ');
    expect(input.getAttribute('aria-expanded')).toBe('false');
    await write(FILTER, 'metrics.va');
    await press('Escape');
    expect(input.value).toBe('metrics.va');
    await press('Escape');
    expect(input.value).toBe('');
  });

  it('completes what was written before the keys came', async () => {
    let come: (answer: Response) => void = () => undefined;
    deck.store.instead = ({ path }) =>
      path === 'keys'
        ? new Promise(resolve => {
            come = resolve;
          })
        : null;
    await open();
    const input = await write(FILTER, 'metrics.');
    expect(input.getAttribute('aria-expanded')).toBe('false');
    await act(async () => {
      come(json(deck.store.keys));
      await settle();
    });
    const options = () => all('[role=option]').map(one => one.textContent);
    expect(options()).toEqual(['metrics.val_loss', 'metrics.my key']);
    await press('ArrowUp');
    await press('Enter');
    expect(input.value).toBe('metrics.`my key` ');
    expect(options()).toEqual([]);
  });

  it('asks for keys of other runs when those come into view', async () => {
    await open();
    await write(FILTER, 'metrics.');
    await act(async () => {
      deck.lists.place.chooseScope({ kind: 'experiment', id: '2' });
      await settle();
    });
    deck.store.keys = { ...deck.store.keys, metrics: ['theirs'] };
    await write(FILTER, 'metrics.t');
    expect(all('[role=option]').map(one => one.textContent)).toContain(
      'metrics.theirs'
    );
  });

  it('says in words what is wrong, under the box', async () => {
    await open();
    deck.store.instead = ({ query }) =>
      query.get('filter')
        ? json(
            {
              message: 'Invalid comparator.',
              hint: 'Use `<`.',
              code: 'invalid'
            },
            400
          )
        : null;
    const input = await write(FILTER, 'metrics.a <> 3');
    await press('Enter');
    const error = document.getElementById(
      input.getAttribute('aria-describedby') ?? ''
    );
    expect(error?.textContent).toBe('Invalid comparator. Use <.');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    // What was there stays there.
    expect(lines()).toHaveLength(3);
    expect(all('.nbtrack-Failure')).toHaveLength(0);
  });
});

describe('experiments', () => {
  it('are a tree with one stop of the Tab key', async () => {
    await open();
    const items = () =>
      all('[role=treeitem]').map(
        one => one.querySelector('.nbtrack-Tree-label')?.textContent
      );
    expect(items()).toEqual(['All experiments', 'churn', 'first', 'other']);
    expect(all('[role=treeitem][tabindex="0"]')).toHaveLength(1);
    act(() => {
      all('[role=treeitem]')[0]?.focus();
    });
    await press('ArrowDown');
    await press('ArrowLeft');
    expect(items()).toEqual(['All experiments', 'churn', 'other']);
    await press('o');
    expect(document.activeElement?.getAttribute('title')).toBe('other');
    // Whatever has put the focus there, the keys are for the line that has it.
    act(() => {
      all('[role=treeitem]')[1]?.focus();
    });
    await press('ArrowDown');
    expect(document.activeElement?.getAttribute('title')).toBe('other');
    await press('Enter');
    expect(deck.lists.place.snapshot.scope).toEqual({
      kind: 'experiment',
      id: '2'
    });
  });

  it('mark that of the notebook, and lead to it', async () => {
    await open();
    expect(all('[aria-current=true]')[0]?.getAttribute('title')).toBe(
      'churn/first'
    );
    await click('Experiment of this notebook: churn/first');
    expect(deck.lists.place.snapshot.scope).toEqual({
      kind: 'experiment',
      id: '1'
    });
  });

  it('are made, renamed and deleted; deleting names the experiment', async () => {
    await open();
    deck.text = ' zoo ';
    await click('New experiment');
    expect(deck.lists.place.snapshot.scope).toEqual({
      kind: 'experiment',
      id: 'new'
    });
    deck.text = 'zoo 2';
    await click('Rename zoo');
    deck.agree = false;
    await click('Delete zoo 2');
    expect(deck.store.of('DELETE experiments/new')).toHaveLength(0);
    deck.agree = true;
    await click('Delete zoo 2');
    expect(deck.asked.at(-1)).toContain('«zoo 2»');
    expect(deck.store.of('DELETE experiments/new')).toHaveLength(1);
    await click('Show deleted experiments');
    await click(all('[role=treeitem]')[0] ?? host);
    await click('Restore zoo 2');
    expect(deck.store.experiments.at(-1)).toMatchObject({
      name: 'zoo 2',
      lifecycle_stage: 'active'
    });
  });

  it('stay quick when there are many', async () => {
    deck.store.experiments = Array.from({ length: 2000 }, (_, index) =>
      experiment(String(index), `e-${index}`)
    );
    await open();
    expect(all('[role=treeitem]').length).toBeLessThan(100);
    await act(async () => {
      deck.lists.experiments.search('e-1999');
      await settle();
    });
    expect(all('[role=treeitem]')).toHaveLength(1);
  });
});

describe('when the store', () => {
  it('fails, it says why, and tries again', async () => {
    deck.store.instead = () =>
      json({ message: 'The store is locked.', hint: 'Wait.', code: 'x' }, 503);
    await open();
    expect(host.querySelector('[role=alert]')?.textContent).toContain(
      'The store is locked.'
    );
    deck.store.instead = () => null;
    await click('Retry');
    expect(host.querySelector('[role=alert]')).toBeNull();
    expect(lines()).toHaveLength(3);
  });

  it('can’t be asked, that is said once', async () => {
    await open();
    const down = () =>
      Promise.reject(
        new RequestError(0, { message: 'Down.', hint: '', code: 'network' })
      );
    deck.serve = down;
    deck.store.instead = () =>
      json({ message: 'Down.', hint: '', code: 'network' }, 503);
    await click('Refresh');
    expect(all('[role=alert]').map(one => one.textContent)).toEqual([
      'Down.Retry'
    ]);
  });

  it('does not answer, it shows what it said, and when that was', async () => {
    deck.store.instead = ({ path }) =>
      path === 'runs'
        ? json({ items: rows(1), next_page_token: null, total: 1 }, 200, {
            'X-Nbtrack-As-Of': String(Date.now()),
            'X-Nbtrack-Problem':
              '{"message": "It stalls.", "hint": "", "code": "x"}'
          })
        : null;
    await open();
    const stale = host.querySelector('.nbtrack-Stale')?.textContent;
    expect(stale).toMatch(
      /The store does not answer; showing what it said at \d+[:.]\d\d/
    );
    expect(stale).toContain('It stalls.');
    expect(lines()).toHaveLength(1);
  });

  it('is asked by a server part that is too old, it says so', async () => {
    deck.store.instead = () => new Response('<html>', { status: 404 });
    await open();
    const alert = host.querySelector('[role=alert]')?.textContent;
    expect(alert).toContain('older than this page');
    expect(alert).toContain('Restart JupyterLab');
  });

  it('is one of several, it can be chosen', async () => {
    deck.settings = {
      ...deck.settings,
      stores: [
        { name: 'workspace', readable: 'SQLite · mlflow.db' },
        { name: 'team', readable: 'team.example' }
      ]
    };
    await open();
    const picker = labelled('Store') as HTMLSelectElement;
    await act(async () => {
      picker.value = 'team';
      picker.dispatchEvent(new Event('change', { bubbles: true }));
      await settle();
    });
    expect(deck.store.of('GET runs').at(-1)?.query.get('store')).toBe('team');
  });
});

it('keeps hostile names as text, wherever they stand', async () => {
  const evil = '<img src=x onerror="window.__pwned=1">';
  deck.store.experiments = [experiment('1', evil)];
  deck.store.keys = { metrics: [evil], params: [evil], tags: [evil] };
  deck.store.rows = [
    row('a', {
      name: evil,
      user: evil,
      notebook: evil,
      status: evil,
      metric: { key: evil, value: 1 },
      values: { [`tags.${evil}`]: evil }
    })
  ];
  deck.lists.view.change({
    columns: [
      'attributes.metric',
      'attributes.user',
      'attributes.notebook',
      `tags.${evil}`
    ]
  });
  await open();
  await click('Columns');
  await write(FILTER, '<');
  await write(FILTER, 'metrics.<');
  expect(all('img')).toHaveLength(0);
  expect(host.textContent.split('<img').length).toBeGreaterThan(7);
});
