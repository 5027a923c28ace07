/** The routes of the server extension, as functions. */

import type { ChartKind, ICompared, IImportance, INoise } from './compared';
import { ModelRoutes } from './modelRoutes';
import { address, getText } from './request';
import type {
  IAnswer,
  IArtifact,
  ICellRuns,
  IExperimentItem,
  IKeys,
  IOutcome,
  IPage,
  IRow,
  IRunChange,
  IRunDetail,
  IRunQuery,
  ISeries,
  IStoreHealth,
  ITable,
  IView,
  StoreName
} from './runs';
import type { ISettings } from './types';

export interface IExperimentQuery {
  /** Part of the name. */
  query?: string;
  deleted?: boolean;
  page_token?: string | null;
  max_results?: number;
}

export class Api extends ModelRoutes {
  /**
   * Which store and experiment are in use.
   *
   * @param kernelId - The kernel asked about; `null` asks for the default.
   */
  async settings(kernelId: string | null): Promise<ISettings> {
    return (await this.get<ISettings>('settings', { kernel_id: kernelId }))
      .value;
  }

  store(store: StoreName): Promise<IAnswer<IStoreHealth>> {
    return this.get('store', { store });
  }

  experiments(
    store: StoreName,
    query: IExperimentQuery = {}
  ): Promise<IAnswer<IPage<IExperimentItem>>> {
    return this.get('experiments', { store, ...query });
  }

  async createExperiment(store: StoreName, name: string): Promise<string> {
    const answer = await this.send<{ experiment_id: string }>(
      'POST',
      'experiments',
      { store },
      { name }
    );
    return answer.experiment_id;
  }

  async renameExperiment(
    store: StoreName,
    experimentId: string,
    name: string
  ): Promise<void> {
    await this.send('PATCH', experiment(experimentId), { store }, { name });
  }

  async deleteExperiment(
    store: StoreName,
    experimentId: string
  ): Promise<void> {
    await this.send('DELETE', experiment(experimentId), { store });
  }

  async restoreExperiment(
    store: StoreName,
    experimentId: string
  ): Promise<void> {
    const path = `${experiment(experimentId)}/restore`;
    await this.send('POST', path, { store });
  }

  view(store: StoreName, experimentId: string): Promise<IAnswer<IView>> {
    return this.get(`${experiment(experimentId)}/view`, { store });
  }

  async setView(
    store: StoreName,
    experimentId: string,
    view: IView
  ): Promise<void> {
    await this.send('PUT', `${experiment(experimentId)}/view`, { store }, view);
  }

  runs(store: StoreName, query: IRunQuery): Promise<IAnswer<IPage<IRow>>> {
    const { experiment_ids, cell_ids, columns, ...rest } = query;
    return this.get('runs', {
      store,
      experiment_id: experiment_ids,
      cell_id: cell_ids,
      column: columns,
      ...rest
    });
  }

  run(store: StoreName, runId: string): Promise<IAnswer<IRunDetail>> {
    return this.get(run(runId), { store });
  }

  async updateRun(
    store: StoreName,
    runId: string,
    change: IRunChange
  ): Promise<void> {
    await this.send('PATCH', run(runId), { store }, change);
  }

  deleteRuns(store: StoreName, runIds: readonly string[]): Promise<IOutcome> {
    return this.send('POST', 'runs/delete', { store }, { run_ids: runIds });
  }

  restoreRuns(store: StoreName, runIds: readonly string[]): Promise<IOutcome> {
    return this.send('POST', 'runs/restore', { store }, { run_ids: runIds });
  }

  artifacts(
    store: StoreName,
    runId: string,
    path: string
  ): Promise<IAnswer<IPage<IArtifact>>> {
    return this.get(`${run(runId)}/artifacts`, { store, path });
  }

  /** The address of an artifact's bytes, for a link or an image. */
  artifactUrl(
    store: StoreName,
    runId: string,
    path: string,
    download: boolean
  ): string {
    const query = { store, path, download };
    return address(this.server, `${run(runId)}/artifact`, query);
  }

  artifactText(store: StoreName, runId: string, path: string): Promise<string> {
    return getText(this.server, `${run(runId)}/artifact`, { store, path });
  }

  table(
    store: StoreName,
    runId: string,
    path: string,
    rows: number
  ): Promise<IAnswer<ITable>> {
    return this.get(`${run(runId)}/table`, { store, path, rows });
  }

  history(
    store: StoreName,
    runIds: readonly string[],
    keys: readonly string[],
    maxPoints: number
  ): Promise<IAnswer<IPage<ISeries>>> {
    return this.get('history', {
      store,
      run_id: runIds,
      key: keys,
      max_points: maxPoints
    });
  }

  /** @param experimentIds - `null`: of all that are not deleted. */
  keys(
    store: StoreName,
    experimentIds: readonly string[] | null
  ): Promise<IAnswer<IKeys>> {
    return this.get('keys', { store, experiment_id: experimentIds });
  }

  /** A POST since many ids do not fit into an address. */
  cells(
    store: StoreName,
    notebook: string,
    cellIds: readonly string[]
  ): Promise<IPage<ICellRuns>> {
    const body = { notebook, cell_ids: cellIds };
    return this.send('POST', 'cells', { store }, body);
  }

  /**
   * Runs beside each other.
   *
   * @param elsewhere - Those of the runs that are in other stores.
   */
  compare(
    store: StoreName,
    runIds: readonly string[],
    elsewhere?: Record<StoreName, string[]>
  ): Promise<ICompared> {
    const body = { run_ids: runIds, elsewhere };
    return this.send('POST', 'compare', { store }, body);
  }

  /** @param runIds - The first one's group is what the others are measured by. */
  noise(
    store: StoreName,
    runIds: readonly string[],
    metric: string,
    elsewhere?: Record<StoreName, string[]>
  ): Promise<INoise> {
    const body = { run_ids: runIds, metric, elsewhere };
    return this.send('POST', 'noise', { store }, body);
  }

  importance(
    store: StoreName,
    runIds: readonly string[],
    metric: string,
    elsewhere?: Record<StoreName, string[]>
  ): Promise<IImportance> {
    const body = { run_ids: runIds, metric, elsewhere };
    return this.send('POST', 'importance', { store }, body);
  }

  /** A chart in Vega-Lite, to be filled with data; a panel is that of one metric. */
  async chart(kind: ChartKind = 'panel'): Promise<Record<string, unknown>> {
    const query = { kind: kind === 'panel' ? null : kind };
    return (await this.get<Record<string, unknown>>('chart', query)).value;
  }

  /**
   * Ask to be told of changes for the next 30 s (see `StoreEvents`).
   *
   * @param experimentIds - `null`: of the whole store.
   */
  async watch(
    store: StoreName,
    experimentIds: readonly string[] | null
  ): Promise<void> {
    const body = { store, experiment_ids: experimentIds };
    await this.send('POST', 'watch', { store }, body);
  }
}

function experiment(id: string): string {
  return `experiments/${encodeURIComponent(id)}`;
}

function run(id: string): string {
  return `runs/${encodeURIComponent(id)}`;
}
