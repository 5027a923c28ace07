import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { act } from 'react';

import { Api } from '../api';
import { COMPARE_MIME } from '../compared';
import { ComparedOutput, type IOutputHost } from '../compare/output';
import { readSaved } from '../compare/saved';
import { DrawnRenderer } from '../notebook/drawn';
import { compared, CompareServer, run } from './compareserver';
import { settled } from './runpage';

const A = run('a', { loss: 0.5 }, { lr: '1' });
const B = run('b', { loss: 0.25 }, { lr: '2' });
const DIGEST = '0123456789abcdef';

let server: CompareServer;
let host: jest.Mocked<Pick<IOutputHost, 'select' | 'insert' | 'copy'>> &
  IOutputHost;
let shown: Widget | null;

beforeEach(() => {
  // What jsdom lays out is never in view.
  const IntersectionObserver = undefined;
  const IS_REACT_ACT_ENVIRONMENT = true;
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT, IntersectionObserver });
  server = new CompareServer(A, B);
  server.known = {
    store: { name: 'workspace', digest: 'other' },
    stores: [{ name: 'team', readable: 'x', digest: DIGEST }]
  };
  host = {
    api: new Api(server.settings),
    events: server,
    open: null,
    kernelId: () => 'k1',
    select: jest.fn(),
    insert: jest.fn(),
    copy: jest.fn()
  };
});

afterEach(async () => {
  await act(async () => {
    shown?.dispose();
    await settled();
  });
});

function saved(parts: Record<string, unknown> = {}): Record<string, unknown> {
  const known = new Map([
    ['a', A],
    ['b', B]
  ]);
  return {
    ...{ version: 1, kind: 'compare', key: 'a'.repeat(32), store: DIGEST },
    ...{ run_ids: ['a', 'b'], baseline: null, metric: null },
    ...{ sections: ['differs'], query: null, said: '%track_compare a b' },
    snapshot: {
      at: Date.UTC(2026, 10, 22, 10, 42),
      compare: compared(known, ['a', 'b']),
      histories: []
    },
    ...parts
  };
}

async function show(data: unknown): Promise<string> {
  const read = readSaved(data);
  shown = read && new ComparedOutput(read, host);
  await act(async () => {
    if (shown) {
      Widget.attach(shown, document.body);
    }
    await settled();
  });
  return text();
}

function text(): string {
  return shown?.node.textContent ?? '';
}

function boxes(): HTMLInputElement[] {
  return [
    ...(shown?.node.querySelectorAll<HTMLInputElement>(
      'input[aria-label^="Select run"]'
    ) ?? [])
  ];
}

it('finds the store by its digest, and shows what that says now', async () => {
  server.set({ name: 'renamed' }, 'a');
  expect(await show(saved())).toContain('renamed');
  const [asked] = server.asked.filter(one => one.path === 'compare');
  expect(asked?.query.get('store')).toBe('team');
  const settings = server.asked.find(one => one.path === 'settings');
  expect(settings?.query.get('kernel_id')).toBe('k1');
});

it('shows what it was saved with where the store is not known, and says of when', async () => {
  server.known = { store: { digest: 'other' }, stores: [] };
  const words = await show(saved());
  expect(words).toContain('run a');
  expect(words).toContain('As of ');
  expect(words).toContain('The store of these runs is not known here.');
});

it('shows what it was saved with where the store has lost the runs', async () => {
  server.runs.clear();
  const words = await show(saved());
  expect(words).toContain('run a');
  expect(words).toContain('The store has none of these runs any more.');
});

it('tells the kernel what is selected', async () => {
  await show(saved());
  await act(async () => {
    boxes()[1]?.click();
    await settled();
  });
  expect(host.select.mock.calls).toEqual([['a'.repeat(32), ['b']]]);
});

it('puts back the line that made it', async () => {
  await show(saved());
  await act(async () => {
    [...(shown?.node.querySelectorAll('button') ?? [])]
      .find(one => one.textContent === 'Insert as code')
      ?.click();
    await settled();
  });
  expect(host.insert).toHaveBeenCalledWith('%track_compare a b');
});

it('reads hostile data for what it is worth', () => {
  for (const bad of [
    ...[null, 7, [], {}, saved({ version: 2 }), saved({ key: '../x' })],
    saved({ kind: 'other' })
  ]) {
    expect(readSaved(bad)).toBeNull();
  }
  const read = readSaved(
    saved({
      ...{ run_ids: ['a', 7, null], baseline: {}, sections: 'all' },
      snapshot: {
        compare: {
          runs: [{ run_id: 'a', name: 5, start_time: 'x' }],
          params: { long: ['a', 'b'], ok: [7], __proto__: 1 },
          metrics: { m: ['1e3'], n: ['NaN'] }
        },
        histories: [
          {
            run_id: 'a',
            key: 'm',
            points: { step: [1], value: [], timestamp: [] }
          },
          { key: 'm', points: { step: ['1'], value: [null], timestamp: [1] } }
        ]
      }
    })
  );
  expect(read?.runIds).toEqual(['a']);
  expect(read?.baseline).toBeNull();
  expect(read?.compared?.params).toEqual({ ok: [null] });
  expect(read?.compared?.metrics).toEqual({ m: [null], n: ['NaN'] });
  expect(read?.compared?.runs[0]?.name).toBe('');
  expect(read?.histories).toHaveLength(1);
  expect(readSaved(saved({ snapshot: null }))?.compared).toBeNull();
});

it('lists runs, filters them in the store, and tells which are selected', async () => {
  const page = (items: unknown[]) => ({
    body: { items, next_page_token: null, total: items.length }
  });
  const known = server.refusal;
  const row = (one: typeof A) => ({ ...one, values: { 'metrics.loss': 1e-5 } });
  server.refusal = request =>
    request.path === 'runs'
      ? page([A, B].map(row))
      : request.path === 'keys'
        ? { body: { metrics: ['loss'], params: ['lr'], tags: ['team'] } }
        : (known?.(request) ?? null);
  const query = {
    ...{ experiment_ids: ['7'], notebook: null, cell_ids: null },
    ...{ filter: 'metrics.loss < 1', order_by: null, max: 10 }
  };
  const words = await show(saved({ kind: 'runs', query }));
  expect(words).toContain('2 runs');
  expect(words).toContain('1.000e-5');
  const [asked] = server.asked.filter(one => one.path === 'runs');
  expect(asked?.query.get('filter')).toBe('metrics.loss < 1');
  expect(asked?.query.getAll('column')).toEqual(['metrics.loss', 'params.lr']);
  await act(async () => {
    boxes()[0]?.click();
    await settled();
  });
  expect(host.select.mock.calls).toEqual([['a'.repeat(32), ['a']]]);
});

it('shows the text of an output that it can’t read, and keeps a screen that is shown', async () => {
  const around = {
    ...{ kernelId: () => null, insert: jest.fn(), select: jest.fn() },
    ...{ send: jest.fn(), watch: jest.fn() }
  };
  const made: Widget[] = [];
  const draw = (data: unknown) => {
    if (data === 'bad') {
      return null;
    }
    made.push(new Widget());
    return made.at(-1) ?? null;
  };
  const renderer = new DrawnRenderer(COMPARE_MIME, draw, around);
  const render = (data: unknown, plain = '') =>
    renderer.renderModel({
      data: { [COMPARE_MIME]: data, 'text/plain': plain }
    } as unknown as IRenderMime.IMimeModel);
  await render({ a: 1 });
  await render({ a: 1 }, 'a picture came');
  expect(made).toHaveLength(1);
  await render({ a: 2 });
  expect(made[0]?.isDisposed).toBe(true);
  await render('bad', 'as text <b>');
  expect(renderer.node.textContent).toBe('as text <b>');
  renderer.dispose();
});
