/** A server with runs to compare: what the contract says of the routes for it, over the runs it is given. */

import type { ICompared, IImportance, INoise } from '../compared';
import type { IRunDetail, Num } from '../runs';
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
    this.refusal = ({ path, body }) => {
      const { run_ids: ids = [] } = (body ?? {}) as { run_ids?: string[] };
      if (this.trouble) {
        return { status: 503, body: this.trouble };
      }
      switch (path) {
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
