import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import { Api } from '../api';
import { firstChoice, metricsOf } from '../compare/chosen';
import { Comparison } from '../compare/content';
import { asCsv, differences } from '../compare/difference';
import { CompareModel, MOST } from '../compare/model';
import type { IDrawing } from '../live/chart';
import { ChartMaker } from '../run/chart';
import type { IRunDetail, Num } from '../runs';
import { settled } from './runpage';
import { RUN, RunServer } from './runserver';

let server: RunServer;
let host: HTMLElement;
let root: Root;
let model: CompareModel;
let drawings: IDrawing[];
const copy = jest.fn<undefined, [string]>();
const open = {
  run: jest.fn(),
  compare: jest.fn(),
  experiment: jest.fn(),
  cell: jest.fn(() => Promise.resolve())
};

function run(
  id: string,
  metrics: Record<string, Num>,
  params: Record<string, string>
): IRunDetail {
  return {
    ...RUN,
    run_id: id,
    name: `run ${id}`,
    tags: [
      { key: 'team', value: id },
      { key: 'mlflow.user', value: id }
    ],
    metrics: Object.entries(metrics).map(([key, value]) => ({
      ...{ key, value, step: 3, timestamp: 1 },
      ...{ min: value, max: value, count: 4 }
    })),
    params: Object.entries(params).map(([key, value]) => ({ key, value }))
  };
}

const A = run(
  'a',
  { loss: 0.5, accuracy: 0.9, seen: 1 },
  { lr: '1', same: 's' }
);
const B = run('b', { loss: 0.25, accuracy: 0.8 }, { lr: '2', same: 's' });
const C = run('c', { loss: 'NaN', accuracy: 0.9 }, { lr: '1', same: 's' });

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  copy.mockReset();
  open.run.mockReset();
  drawings = [];
  server = new RunServer();
  for (const one of [A, B, C]) {
    server.runs.set(one.run_id, one);
  }
  host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
});

afterEach(() => {
  act(() => {
    root.unmount();
  });
  model.dispose();
  host.remove();
});

async function show(...ids: string[]): Promise<void> {
  const api = new Api(server.settings);
  model = new CompareModel(api, 'workspace', ids);
  const make = () => ({
    draw: (drawing: IDrawing) => {
      drawings.push(drawing);
    },
    dispose: () => undefined
  });
  await act(async () => {
    root.render(
      <ChartMaker.Provider value={make}>
        <Comparison model={model} host={{ api, open, copy }} />
      </ChartMaker.Provider>
    );
    await model.refresh(true);
    await settled();
  });
}

function rows(): string[][] {
  return [...host.querySelectorAll('tr[data-differs]')].map(row =>
    [...row.children].map(cell => cell.textContent)
  );
}

async function click(selector: string): Promise<void> {
  await act(async () => {
    host.querySelector<HTMLElement>(selector)?.click();
    await settled();
  });
}

it('shows what differs: deltas against the first run, the best in words', async () => {
  await show('a', 'b', 'c');
  expect(rows()).toEqual([
    ['accuracy', '0.9 best', '0.8 −0.1', '0.9 ±0 best'],
    ['loss', '0.5', '0.25 −0.25 best', 'NaN'],
    ['seen', '1', 'none', 'none'],
    ['lr', '1', '2', '1'],
    ['team', 'a', 'b', 'c']
  ]);
});

it('shows what is the same too, when asked', async () => {
  await show('a', 'b');
  await click('input[type=checkbox]');
  expect(rows()).toContainEqual(['same', 's', 's']);
  expect(rows().flat().join()).not.toContain('mlflow.user');
});

it('takes the run that is moved to the front as the measure', async () => {
  await show('a', 'b');
  await click('[aria-label="Move run b to the left"]');
  expect(model.runIds).toEqual(['b', 'a']);
  expect(rows()).toContainEqual(['loss', '0.25 best', '0.5 +0.25']);
  const left = '[aria-label="Move run b to the left"]';
  expect(host.querySelector<HTMLButtonElement>(left)?.disabled).toBe(true);
});

it('removes runs, to the last one', async () => {
  await show('a', 'b');
  await click('[aria-label="Remove run a from the comparison"]');
  expect(host.textContent).toContain('One run alone');
  await click('[aria-label="Remove run b from the comparison"]');
  expect(host.textContent).toContain('No run is left.');
});

it('opens a run', async () => {
  await show('a', 'b');
  await click('[title=b]');
  expect(open.run).toHaveBeenCalledWith('workspace', 'b');
});

it('copies the table with all digits, and nothing that a spreadsheet runs', async () => {
  server.runs.set('a', { ...A, name: '=cmd()', params: [] });
  server.runs.set('b', {
    ...B,
    metrics: B.metrics.map(one => ({ ...one, value: -0.123456789 })),
    params: [{ key: 'q', value: 'say "hi",\nnow' }]
  });
  await show('a', 'b');
  await act(async () => {
    [...host.querySelectorAll('button')]
      .find(one => one.textContent === 'Copy as CSV')
      ?.click();
    await settled();
  });
  const csv = copy.mock.calls[0]?.[0] ?? '';
  expect(csv.split('\r\n')[0]).toBe(",,'=cmd(),run b");
  expect(csv).toContain('metrics,loss,0.5,-0.123456789\r\n');
  expect(csv).toContain('params,q,,"say ""hi"",\nnow"\r\n');
});

it('draws one panel a metric, with a line and a colour for each run', async () => {
  await show('a', 'b', 'c');
  const figures = [...host.querySelectorAll('figcaption')];
  expect(figures.map(one => one.textContent)).toEqual([
    'accuracy',
    'loss',
    'seen'
  ]);
  const labels = drawings[1]?.rows.filter(row => row.last);
  expect(labels?.map(({ label, color }) => [label, color])).toEqual([
    ['run a', '#0072B2'],
    ['run b', '#D55E00'],
    ['run c', '#009E73']
  ]);
  const asked = server.asked.filter(one => one.path === 'history');
  expect(asked).toHaveLength(1);
});

it('draws other metrics when asked', async () => {
  await show('a', 'b');
  const boxes = () => [
    ...host.querySelectorAll<HTMLInputElement>('[role=group] label input')
  ];
  const loss = boxes().find(
    one => one.parentElement?.textContent.trim() === 'loss'
  );
  expect(loss?.checked).toBe(true);
  await act(async () => {
    loss?.click();
    await settled();
  });
  expect(
    [...host.querySelectorAll('figcaption')].map(one => one.textContent)
  ).not.toContain('loss');
});

it('compares twenty runs at most, and says so', async () => {
  const ids = Array.from({ length: 25 }, (_, i) => `r${i}`);
  for (const id of ids) {
    server.runs.set(id, { ...A, run_id: id, name: 'the same' });
  }
  await show(...ids, 'r0');
  expect(model.runIds).toHaveLength(MOST);
  expect(host.querySelector('[role=note]')?.textContent).toContain(
    'Only the first 20 runs are compared; 5 more were chosen.'
  );
  expect(host.textContent).toContain('the same (r19)');
});

it('shows the others when one is not there, and blames nothing on it', async () => {
  await show('a', 'gone', 'b');
  expect(host.textContent).toContain('No gone.');
  expect(rows()).toContainEqual(['loss', '0.5', 'none', '0.25 −0.25 best']);
  expect(rows().map(([key]) => key)).not.toContain('same');
});

it('takes all names for text', async () => {
  const nasty = '<img src=x onerror="window.hacked=1">';
  const params = [{ key: nasty, value: nasty }];
  server.runs.set('a', { ...A, name: nasty, params });
  await show('a', 'b');
  expect(host.querySelector('img')).toBeNull();
  expect(host.textContent).toContain(nasty);
});

it('says that nothing differs', async () => {
  server.runs.set('b', { ...A, run_id: 'b' });
  await show('a', 'b');
  expect(host.textContent).toContain('Nothing differs');
});

it('orders metrics, and first draws what says most', () => {
  const system = run('d', { 'system/cpu': 1, b: 1, a2: 1, a10: 1 }, {});
  const other = run('e', { b: 1 }, {});
  const runs = [system, other];
  const metrics = metricsOf(runs);
  expect(metrics).toEqual(['b', 'a2', 'a10', 'system/cpu']);
  const telling = { ...system, metric: { key: 'a10', value: 1 } };
  expect(firstChoice([telling], metrics)).toEqual(['a10', 'b', 'a2']);
});

it('marks nothing as best whose direction is not known, or that is all the same', () => {
  const best = (key: string, values: Num[]): boolean[] => {
    const runs = values.map((value, i) => run(String(i), { [key]: value }, {}));
    return differences(runs)[0]?.cells.map(cell => cell.best) ?? [];
  };
  expect(best('lr', [1, 2])).toEqual([false, false]);
  expect(best('loss', [1, 1])).toEqual([false, false]);
  expect(best('loss', ['-Infinity', 2, 1])).toEqual([false, false, true]);
});

it('makes CSV of nothing', () => {
  expect(asCsv([], [])).toBe(',\r\n');
});
