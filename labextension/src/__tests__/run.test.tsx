import { address } from '../run/actions';
import { GAP_OTHERS, RETRY } from '../run/state';
import { RunPage } from './runpage';
import { RUN } from './runserver';

let page: RunPage;

beforeEach(() => {
  page = new RunPage();
});

afterEach(() => {
  page.dispose();
  jest.useRealTimers();
});

it('shows a run', async () => {
  const text = await page.show();
  for (const part of [
    RUN.name,
    'finished',
    '1 min 05 s',
    'notebooks/churn',
    'by ada',
    'No note yet.',
    'No artifacts.'
  ]) {
    expect(text).toContain(part);
  }
  expect(page.find('article').getAttribute('aria-busy')).toBe('false');
  const params = page.all('table[aria-label=Params] tr');
  expect(params.map(row => row.textContent)).toEqual(['lr0.1', 'depth6']);
});

it('leads to the registered models that it became versions of', async () => {
  page.server.set({
    registered: [
      { name: 'churn', version: '7', aliases: ['champion'] },
      { name: '<img src=x>', version: '1', aliases: [] }
    ]
  });
  await page.show();
  await page.click('registered as churn v7 @champion');
  expect(page.open.model).toHaveBeenCalledWith('workspace', 'churn');
  await page.click('registered as <img src=x> v1');
  expect(page.open.model).toHaveBeenCalledWith('workspace', '<img src=x>');
  page.server.set({ registered: null });
  await page.show('b'.repeat(32));
  await page.show();
  expect(page.text).not.toContain('registered as');
});

it('says loading, then what went wrong, and tries again', async () => {
  page.server.refusal = ({ path }) =>
    path === `runs/${RUN.run_id}`
      ? {
          status: 503,
          body: { message: 'The store is locked.', hint: 'Wait.', code: 'x' }
        }
      : null;
  const shown = page.show();
  expect(await shown).toContain('The store is locked.');
  page.server.refusal = null;
  await page.click('Retry');
  expect(page.text).toContain(RUN.name);
  expect(page.host.querySelector('[role=alert]')).toBeNull();
});

it('tells a run that is not there from a server part that is not', async () => {
  expect(await page.show('b'.repeat(32))).toContain(
    'This run is not in the store.'
  );
  page.server.refusal = () => ({ status: 404, body: '<html>' });
  await page.click('Look again');
  expect(page.text).toContain('jupyter server extension enable nbtrack');
});

it('says how old an answer is that the store did not give', async () => {
  page.server.asOf = new Date(2020, 1, 3, 10, 42).getTime();
  const text = await page.show();
  expect(text).toContain('The store does not answer; ');
  expect(text).toMatch(/3 Feb 2020, 10:42/);
  expect(text).toContain('It is asleep. Wait.');
  expect(text).toContain(RUN.name);
});

it('asks a silent store again by itself, and stops when it answers', async () => {
  jest.useFakeTimers();
  page.server.asOf = Date.now();
  await page.show();
  page.server.asOf = null;
  await page.after(() => {
    jest.advanceTimersByTime(RETRY);
  });
  expect(page.text).not.toContain('does not answer');
  const asked = page.server.asked.length;
  await page.after(() => {
    jest.advanceTimersByTime(10 * RETRY);
  });
  expect(page.server.asked).toHaveLength(asked);
});

it('follows a run: its metrics move, and its status turns', async () => {
  jest.useFakeTimers();
  page.server.set({ status: 'RUNNING', end_time: null });
  await page.show();
  expect(page.find('[role=status]').textContent).toBe('running');
  page.server.set({ status: 'FAILED', end_time: RUN.end_time });
  await page.after(() => {
    jest.advanceTimersByTime(1000);
  });
  expect(page.find('[role=status]').textContent).toBe('failed');
});

it('asks once for many changes, and not at all while hidden', async () => {
  jest.useFakeTimers();
  await page.show();
  const path = `runs/${RUN.run_id}`;
  expect(page.server.count(path)).toBe(1);
  await page.after(() => {
    for (let i = 0; i < 50; i++) {
      page.server.tell();
    }
    page.server.changed.emit({ store: 'another', mark: '1' });
    jest.advanceTimersByTime(GAP_OTHERS);
  });
  expect(page.server.count(path)).toBe(2);
  page.visible = false;
  await page.show();
  await page.after(() => {
    page.server.set({ name: 'renamed' });
    jest.advanceTimersByTime(60_000);
  });
  expect(page.server.count(path)).toBe(2);
  page.visible = true;
  expect(await page.show()).toContain('renamed');
});

it('deletes and restores', async () => {
  await page.show();
  await page.click('Delete');
  expect(page.text).toContain('This run was deleted.');
  expect(page.has('Rename')).toBe(false);
  expect(page.has('Delete')).toBe(false);
  await page.click('Restore');
  expect(page.text).not.toContain('This run was deleted.');
  expect(page.server.sent('POST')).toEqual([
    { run_ids: [RUN.run_id] },
    { run_ids: [RUN.run_id] }
  ]);
});

it('says why the store did not delete', async () => {
  await page.show();
  const failed = [{ run_id: RUN.run_id, message: 'It is in use.' }];
  page.server.refusal = ({ path }) =>
    path === 'runs/delete' ? { body: { done: [], failed } } : null;
  await page.click('Delete');
  expect(page.find('[role=alert]').textContent).toContain('It is in use.');
});

it('ends a run that was left running, after a question', async () => {
  page.server.set({ status: 'RUNNING', end_time: null });
  await page.show();
  await page.click('End it…');
  expect(document.activeElement?.textContent).toBe('Leave it running');
  expect(page.server.sent('PATCH')).toEqual([]);
  await page.click('It failed');
  expect(page.server.sent('PATCH')).toEqual([{ status: 'FAILED' }]);
  expect(page.text).toContain('failed');
  expect(page.has('End it…')).toBe(false);
});

it('goes to the cell, the experiment, the parent, the run before', async () => {
  page.server.set({ parent_run_id: 'p', previous_run_id: 'q' });
  await page.show();
  await page.click('Go to cell');
  expect(page.open.cell).toHaveBeenCalledWith(
    'workspace',
    RUN.run_id,
    RUN.notebook,
    RUN.cell_id
  );
  // The run itself says what its experiment is called.
  expect(page.server.count('experiments')).toBe(0);
  await page.click('notebooks/churn');
  expect(page.open.experiment).toHaveBeenCalledWith('workspace', '7');
  await page.click('Its parent run');
  await page.click('Previous run of this cell');
  expect(page.open.run.mock.calls).toEqual([
    ['workspace', 'p'],
    ['workspace', 'q']
  ]);
  await page.click('Copy run id');
  expect(page.copy).toHaveBeenCalledWith(RUN.run_id);
});

it('offers nothing to change on a store that is for reading only', async () => {
  page.server.health = { ...page.server.health, writable: false };
  page.server.set({ status: 'RUNNING' });
  await page.show();
  for (const name of ['Rename', 'Delete', 'End it…', 'Add a tag']) {
    expect(page.has(name)).toBe(false);
  }
});

it('shows a run of plain MLflow, that has next to nothing', async () => {
  page.server.set({
    ...{ name: '', notebook: null, cell_id: null, execution_count: null },
    ...{ start_time: null, end_time: null, user: '', metric: null },
    ...{ params: [], metrics: [], tags: [], children: null }
  });
  const text = await page.show();
  expect(text).toContain('no name');
  expect(text).toContain('No metrics.');
  expect(text).toContain('No params.');
  expect(page.has('Go to cell')).toBe(false);
});

it('opens MLflow only where a server has pages', async () => {
  await page.show();
  expect(page.has('Open in MLflow')).toBe(false);
  const run = { experiment_id: '7', run_id: 'r/1' };
  expect(address('https://x.test/ml/', run)).toBe(
    'https://x.test/ml/#/experiments/7/runs/r%2F1'
  );
  for (const ui of ['javascript:alert(1)', 'data:text/html,x', '', null]) {
    expect(address(ui, run)).toBeNull();
  }
});

it('links to MLflow without handing over this page', async () => {
  const { server } = page;
  server.health = { ...server.health, ui: 'https://x.test' };
  await page.show();
  const link = page.named('Open in MLflow') as HTMLAnchorElement;
  expect(link.rel).toContain('noopener');
  expect(link.target).toBe('_blank');
});

it('inserts code that loads a model, whatever it is called', async () => {
  const model = { model_id: null, name: 'm', status: 'READY', path: 'a"\n😀' };
  const uri = 'runs:/r/model';
  page.server.set({
    models: [model, { ...model, model_id: 'm-1' }, { ...model, path: uri }]
  });
  await page.show();
  for (const button of page.all('button')) {
    if (button.textContent === 'Insert code to load it') {
      await page.after(() => {
        button.click();
      });
    }
  }
  expect(page.insert.mock.calls).toEqual([
    [
      `import mlflow\n\nmodel = mlflow.pyfunc.load_model("runs:/${RUN.run_id}/a\\"\\n\\U0001f600")`
    ],
    ['import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/m-1")'],
    ['import mlflow\n\nmodel = mlflow.pyfunc.load_model("runs:/r/model")']
  ]);
});

it('filters and copies params', async () => {
  const params = Array.from({ length: 300 }, (_, i) => ({
    key: i === 0 ? '__proto__' : `p${i}`,
    value: i === 7 ? 'needle' : 'x'.repeat(5000)
  }));
  page.server.set({ params });
  await page.show();
  const rows = () => page.all('table[aria-label=Params] tr').length;
  expect(rows()).toBe(100);
  await page.click('Show all 300');
  expect(rows()).toBe(300);
  await page.type('Filter params', 'NEEDLE');
  expect(rows()).toBe(1);
  await page.click('Copy p7');
  await page.click('Copy as JSON');
  const [[value], [json]] = page.copy.mock.calls as [[string], [string]];
  expect(value).toBe('needle');
  const copied = JSON.parse(json) as Record<string, string>;
  expect(Object.keys(copied)).toHaveLength(300);
});
