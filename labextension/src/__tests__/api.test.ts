import { Api } from '../api';
import { serverThat } from './server';
import golden from '../../../tests/contract/settings.json';

it('asks about one kernel, or about the default', async () => {
  const { settings, asked } = serverThat(() => ({
    body: JSON.stringify(golden.in_use)
  }));
  const api = new Api(settings);
  expect(await api.settings('k1')).toEqual(golden.in_use);
  await api.settings(null);
  expect(asked[0]).toContain('/nbtrack/api/settings?kernel_id=k1');
  expect(asked[1]).not.toContain('kernel_id');
});

it('asks each route as the server knows it', async () => {
  const said: string[] = [];
  const { settings } = serverThat(async request => {
    const url = new URL(request.url);
    const query = url.search.replace(/[?&]\d+$/, '');
    const text = await request.text();
    said.push(
      `${request.method} ${url.pathname.split('/nbtrack/api/')[1] ?? ''}${query} ${text}`.trim()
    );
    return { body: '{"experiment_id": "7"}' };
  });
  const api = new Api(settings);
  await api.store('s');
  await api.experiments('s', { query: 'a b', deleted: true });
  expect(await api.createExperiment('s', 'n')).toBe('7');
  await api.renameExperiment('s', '1', 'n');
  await api.deleteExperiment('s', '1');
  await api.restoreExperiment('s', '1');
  await api.view('s', '1');
  const view = { columns: null, sort: null, pins: [], metric: null };
  await api.setView('s', '1', view);
  await api.runs('s', { experiment_ids: ['1', '2'], columns: ['metrics.a&b'] });
  await api.run('s', 'a/b');
  await api.updateRun('s', 'r', { name: 'n' });
  await api.deleteRuns('s', ['r']);
  await api.restoreRuns('s', ['r']);
  await api.artifacts('s', 'r', 'a/b');
  await api.table('s', 'r', 'a.csv', 9);
  await api.history('s', ['r'], ['k'], 5);
  await api.keys('s', null);
  await api.cells('s', 'n.ipynb', ['c']);
  await api.chart();
  await api.watch('s', null);
  await api.models('s', { query: 'a b', page_token: null });
  await api.model('s', 'a/b');
  await api.modelVersions('s', 'a b', null, { max_results: 5 });
  await api.modelVersions('s', null, ['r1', 'r2']);
  await api.updateModel('s', 'm', { description: 'd' });
  await api.updateVersion('s', 'm', '7', { tags: { a: null } });
  await api.setAlias('s', '#/?', 'a&b', '7', null);
  await api.setAlias('s', 'm', 'a', null, '7');
  await api.deleteVersion('s', 'm', '7');
  await api.deleteModel('s', '%2F');
  expect(said).toEqual([
    'GET store?store=s',
    'GET experiments?store=s&query=a+b&deleted=1',
    'POST experiments?store=s {"name":"n"}',
    'PATCH experiments/1?store=s {"name":"n"}',
    'DELETE experiments/1?store=s',
    'POST experiments/1/restore?store=s',
    'GET experiments/1/view?store=s',
    `PUT experiments/1/view?store=s ${JSON.stringify(view)}`,
    'GET runs?store=s&experiment_id=1&experiment_id=2&column=metrics.a%26b',
    'GET runs/a%2Fb?store=s',
    'PATCH runs/r?store=s {"name":"n"}',
    'POST runs/delete?store=s {"run_ids":["r"]}',
    'POST runs/restore?store=s {"run_ids":["r"]}',
    'GET runs/r/artifacts?store=s&path=a%2Fb',
    'GET runs/r/table?store=s&path=a.csv&rows=9',
    'GET history?store=s&run_id=r&key=k&max_points=5',
    'GET keys?store=s',
    'POST cells?store=s {"notebook":"n.ipynb","cell_ids":["c"]}',
    'GET chart',
    'POST watch?store=s {"store":"s","experiment_ids":null}',
    'GET models?store=s&query=a+b',
    'GET models/a%2Fb?store=s',
    'GET models/a%20b/versions?store=s&max_results=5',
    'GET versions?store=s&run_id=r1&run_id=r2',
    'PATCH models/m?store=s {"description":"d"}',
    'PATCH models/m/versions/7?store=s {"tags":{"a":null}}',
    'PUT models/%23%2F%3F/aliases/a%26b?store=s {"version":"7","expected":null}',
    'DELETE models/m/aliases/a?store=s {"expected":"7"}',
    'DELETE models/m/versions/7?store=s',
    'DELETE models/%252F?store=s'
  ]);
  expect(api.artifactUrl('s', 'r', '../x', true)).toBe(
    'http://jupyter.test/a%20b/nbtrack/api/runs/r/artifact?store=s&path=..%2Fx&download=1'
  );
});
