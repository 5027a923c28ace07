/** A server with runs to compare: what the contract says of the routes for it, over the runs it is given. */

import type { ICompared, IImportance, INoise } from '../compared';
import type { IRunDetail, IView, Num } from '../runs';
import { NO_VIEW } from '../state/view';
import { RUN, RunServer } from './runserver';

export function run(
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

export class CompareServer extends RunServer {
  constructor(...runs: IRunDetail[]) {
    super();
    for (const one of runs) {
      this.runs.set(one.run_id, one);
    }
    this.refusal = ({ verb, path, query, body }) => {
      const { run_ids: ids = [] } = (body ?? {}) as { run_ids?: string[] };
      if (this.trouble) {
        return { status: 503, body: this.trouble };
      }
      const [room, id = '', part] = path.split('/');
      if (room === 'experiments' && part === 'view') {
        if (verb === 'PUT') {
          this.views.set(id, body as IView);
        }
        return { body: this.views.get(id) ?? NO_VIEW };
      }
      switch (path) {
        case 'runs':
          return { body: listed([...this.runs.values()], query) };
        case 'keys':
          return {
            body: { metrics: ['loss'], params: ['lr'], tags: ['team'] }
          };
        case 'compare':
          return { body: compared(this.runs, ids) };
        case 'noise':
          return { body: this.noise };
        case 'importance':
          return { body: this.importance };
        case 'settings':
          return { body: this.known };
        default:
          return null;
      }
    };
  }

  /** How experiments are looked at, by id. */
  readonly views = new Map<string, IView>();
  /** Set while the store does not answer. */
  trouble: Record<string, string> | null = null;
  /** The answer of `settings`. */
  known: unknown = {};
  noise: INoise = {
    ...{ metric: 'loss', lower_is_better: true, seeds: ['seed'] },
    ...{ baseline: 0, groups: [], left_out: 0, note: null }
  };
  importance: IImportance = {
    ...{ metric: 'loss', n: 12, score: 0.5, params: [], note: null }
  };
}

/** The answer of `runs`: all of them, with the columns asked for. */
function listed(runs: readonly IRunDetail[], query: URLSearchParams): unknown {
  const items = runs.map(one => ({
    ...one,
    models: null,
    values: Object.fromEntries(
      query.getAll('column').flatMap(column => {
        const [group = '', key] = column.split('.');
        const lists = { metrics: one.metrics, params: one.params };
        const list: { key: string; value: unknown }[] =
          group === 'metrics' || group === 'params' ? lists[group] : [];
        const found = list.find(pair => pair.key === key);
        return found ? [[column, found.value]] : [];
      })
    )
  }));
  return { items, next_page_token: null, total: items.length };
}

export function compared(
  runs: ReadonlyMap<string, IRunDetail>,
  ids: readonly string[]
): ICompared {
  const there = ids.flatMap(id => runs.get(id) ?? []);
  const columns = <T>(lists: { key: string; value: T }[][]) => {
    const keys = new Set(lists.flat().map(one => one.key));
    return Object.fromEntries(
      [...keys].map(key => [
        key,
        lists.map(list => list.find(one => one.key === key)?.value ?? null)
      ])
    );
  };
  return {
    runs: there,
    missing: ids.filter(id => !runs.has(id)),
    params: columns(there.map(one => one.params)),
    metrics: columns<Num>(there.map(one => one.metrics)),
    tags: columns(
      there.map(one => one.tags.filter(({ key }) => !key.startsWith('mlflow')))
    ),
    datasets: columns(
      there.map(one =>
        one.datasets.map(({ name, digest }) => ({ key: name, value: digest }))
      )
    ),
    more: {}
  };
}
