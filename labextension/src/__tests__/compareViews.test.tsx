/** Columns, order and pins of tables: chosen in one session, they are there in the next. */

import { Widget } from '@lumino/widgets';
import { act } from 'react';

import { Api } from '../api';
import { ComparedOutput } from '../compare/output';
import { readSaved } from '../compare/saved';
import { SAVE_MS } from '../state/view';
import { CompareServer, run } from './compareserver';
import { Screen } from './comparison';
import { settled } from './runpage';
import { RUN } from './runserver';

let server: CompareServer;
let outputs: Widget[];

beforeEach(() => {
  const IntersectionObserver = undefined;
  const IS_REACT_ACT_ENVIRONMENT = true;
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT, IntersectionObserver });
  const runs = Array.from({ length: 25 }, (_, i) =>
    run(`r${i}`, { loss: i / 10 }, { lr: String((i * 7) % 25) })
  );
  server = new CompareServer(...runs);
  server.runs.delete(RUN.run_id);
  server.known = { store: { name: 'workspace', digest: 'd' }, stores: [] };
  outputs = [];
});

afterEach(async () => {
  await act(async () => {
    outputs.forEach(one => {
      one.dispose();
    });
    await settled();
  });
});

/** A list in the output of a notebook that nobody has opened before. */
async function list(orderBy: string | null = null): Promise<HTMLElement> {
  const data = {
    ...{ version: 1, kind: 'runs', key: 'a'.repeat(32), store: 'd' },
    ...{ run_ids: [], baseline: null, metric: null, sections: [] },
    query: {
      ...{ experiment_ids: ['7'], notebook: null, cell_ids: null },
      ...{ filter: '', order_by: orderBy, max: 100 }
    },
    ...{ said: '%track_runs', snapshot: null }
  };
  const host = {
    ...{ api: new Api(server.settings), events: server, open: null },
    ...{ kernelId: () => null, select: jest.fn(), insert: jest.fn() },
    copy: jest.fn()
  };
  const saved = readSaved(data);
  if (!saved) {
    throw new Error('it is not read');
  }
  const output = new ComparedOutput(saved, host);
  outputs.push(output);
  await after(() => {
    Widget.attach(output, document.body);
  });
  return output.node;
}

async function after(work: () => void, wait = 0): Promise<void> {
  await act(async () => {
    work();
    await new Promise(resolve => setTimeout(resolve, wait));
    await settled();
  });
}

function press(node: HTMLElement, name: string): void {
  const found = [
    ...node.querySelectorAll<HTMLElement>('button, summary, input')
  ].find(
    one =>
      one.getAttribute('aria-label') === name ||
      one.textContent === name ||
      (one as HTMLInputElement).labels?.[0]?.textContent.trim() === name
  );
  if (!found) {
    throw new Error(`nothing is called ${name}`);
  }
  found.click();
}

function heads(node: HTMLElement): string[] {
  return [...node.querySelectorAll('thead th[scope]')].map(
    one => one.textContent
  );
}

function lines(node: HTMLElement): (string | undefined)[] {
  return [...node.querySelectorAll<HTMLElement>('tr[data-run]')].map(
    row => row.dataset['run']
  );
}

it('keeps those of a list with its experiment', async () => {
  const first = await list();
  expect(heads(first)).toEqual(['Run', 'Started ▼', 'Duration']);
  const fold = first.querySelector('details');
  await after(() => {
    first.querySelector('summary')?.focus();
    if (fold) {
      fold.open = true;
    }
  });
  await after(() => {
    press(first, 'metrics.loss');
  });
  await after(() => {
    press(first, 'Duration');
  });
  await after(() => {
    press(first, 'loss');
  });
  await after(() => {
    press(first, 'Pin run r3');
  }, 2 * SAVE_MS);
  const there = ['Run', 'Started', 'loss ▼'];
  const order = ['r3', 'r24', 'r23'];
  expect(lines(first).slice(0, 3)).toEqual(order);
  const second = await list();
  expect(heads(second)).toEqual(there);
  expect(lines(second).slice(0, 3)).toEqual(order);
  expect(second.textContent).toContain('kept with the experiment');
});

it('shows at once what another table of the page has changed', async () => {
  const first = await list();
  const second = await list();
  await after(() => {
    press(first, 'Pin run r3');
  });
  expect(lines(second)[0]).toBe('r3');
  await after(() => {
    press(second, 'Pin run r5');
  }, 2 * SAVE_MS);
  expect(server.views.get('7')?.pins).toEqual(['r3', 'r5']);
  expect(lines(first).slice(0, 2)).toEqual(['r3', 'r5']);
});

it('has the order that a line asks for first', async () => {
  server.views.set('7', {
    ...{ columns: ['params.lr'], sort: 'params.`lr` ASC', pins: [] },
    metric: null
  });
  expect(lines(await list()).slice(0, 3)).toEqual(['r0', 'r18', 'r11']);
  const node = await list('metrics.loss ASC');
  expect(lines(node).slice(0, 3)).toEqual(['r0', 'r1', 'r2']);
  await after(() => {
    press(node, 'lr');
  });
  expect(lines(node).slice(0, 3)).toEqual(['r0', 'r18', 'r11']);
});

it('holds them on the page where the store can’t keep them, and says so', async () => {
  const known = server.refusal;
  server.refusal = request =>
    request.verb === 'PUT'
      ? { status: 403, body: { message: 'Read only.', hint: '', code: 'x' } }
      : (known?.(request) ?? null);
  const node = await list();
  await after(() => {
    press(node, 'Pin run r3');
  }, 2 * SAVE_MS);
  expect(lines(node)[0]).toBe('r3');
  expect(node.querySelector('[role=alert]')?.textContent).toBe(
    'The choice holds on this page only: Read only.'
  );
});

describe('of a comparison', () => {
  const ids = Array.from({ length: 25 }, (_, i) => `r${i}`);
  let screens: Screen[];

  beforeEach(() => {
    screens = [];
  });

  afterEach(() => {
    screens.forEach(one => {
      one.dispose();
    });
  });

  async function show(): Promise<Screen> {
    const screen = new Screen(server);
    screens.push(screen);
    await screen.show(ids, 'differs');
    await screen.after(() => undefined);
    return screen;
  }

  it('are kept with the experiment, and the columns apart from those of lists', async () => {
    server.views.set('7', {
      ...{ columns: ['params.lr'], sort: null, pins: [], metric: null }
    });
    const first = await show();
    expect(heads(first.host)).toEqual(['Run', 'loss', 'lr', 'team']);
    await first.after(() => {
      const fold = first.find('details');
      (fold as HTMLDetailsElement).open = true;
    });
    await first.click('tags.team');
    await first.click('loss');
    await first.click('Pin run r3');
    await after(() => undefined, 2 * SAVE_MS);
    expect(server.views.get('7')).toEqual({
      ...{ columns: ['params.lr'], sort: 'metrics.`loss` DESC', pins: ['r3'] },
      ...{ metric: null, compared: ['metrics.loss', 'params.lr'] }
    });
    const second = await show();
    expect(heads(second.host)).toEqual(['Run', 'loss ▼', 'lr']);
    expect(lines(second.host).slice(0, 3)).toEqual(['r3', 'r24', 'r23']);
  });

  it('are not kept where the runs are of several experiments, which is said', async () => {
    server.set({ experiment_id: '8' }, 'r0');
    const screen = await show();
    expect(screen.text).toContain('kept until this page is closed');
    await screen.click('Pin run r3');
    await after(() => undefined, 2 * SAVE_MS);
    expect(lines(screen.host)[0]).toBe('r3');
    expect(server.views.size).toBe(0);
  });
});
