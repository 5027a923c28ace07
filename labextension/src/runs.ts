/** What crosses the wire about experiments and runs. Names are MLflow's: snake_case; times are milliseconds since the epoch. */

import type { IRegistered } from './models';
import type { IErrorBody } from './types';

/** What the server calls a store: `workspace`, a name of pyproject.toml, `kernel:<id>`. Never a URI. */
export type StoreName = string;

export const WORKSPACE: StoreName = 'workspace';

/** JSON has no other way to say that a number is not finite. */
export type Num = number | 'NaN' | 'Infinity' | '-Infinity';

/** A metric (`Num`), or a param or tag. */
export type Value = number | string;

/** MLflow's statuses; a string, since a store may hold what MLflow does not know. */
export type Status =
  'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED' | (string & {});

/** An answer and how old it is. */
export interface IAnswer<T> {
  value: T;
  /** Set when the store did not answer and this is the last good answer: when that one was given. */
  asOf: number | null;
  /** Why the store did not answer. */
  problem: IErrorBody | null;
}

export interface IPage<T> {
  items: T[];
  next_page_token: string | null;
  /** `null`: counting them isn't cheap. */
  total: number | null;
}

/** A store that the browser may name. */
export interface IStoreName {
  name: StoreName;
  readable: string;
}

/** The answer of `GET store`. */
export interface IStoreHealth extends IStoreName {
  kind: 'sqlite' | 'file' | 'server' | 'azureml' | 'other';
  writable: boolean;
  /** `null`: only asking a server would tell. */
  exists: boolean | null;
  /** Address of MLflow's own pages, without credentials; only servers have them. */
  ui: string | null;
  problem: IErrorBody | null;
}

export type Lifecycle = 'active' | 'deleted';

export interface IExperimentItem {
  experiment_id: string;
  name: string;
  lifecycle_stage: Lifecycle;
  creation_time: number | null;
  last_update_time: number | null;
  runs: number | null;
  note: string;
}

export interface IMetricValue {
  key: string;
  value: Num;
}

/** A run as lists show it. */
export interface IRow {
  run_id: string;
  experiment_id: string;
  name: string;
  status: Status;
  start_time: number | null;
  end_time: number | null;
  lifecycle_stage: Lifecycle;
  user: string | null;
  parent_run_id: string | null;
  children: number | null;
  notebook: string | null;
  cell_id: string | null;
  execution_count: number | null;
  /** What all runs of one execution of a cell share. */
  execution: string | null;
  source_sha256: string | null;
  models: number | null;
  /** Versions of registered models that were made of it; not there or `null`: the store can't tell cheaply. */
  registered?: IRegistered[] | null;
  /** The metric that says most about the run, chosen by the server. */
  metric: IMetricValue | null;
  /** Of the columns asked for, those that the run has: `metrics.loss`, `params.lr`, `tags.x`. */
  values: Record<string, Value>;
}

/** Which runs, in which order, with which columns. */
export interface IRunQuery {
  /** `null`: all that are not deleted. */
  experiment_ids?: readonly string[] | null;
  notebook?: string | null;
  cell_ids?: readonly string[] | null;
  parent_run_id?: string | null;
  top_level?: boolean;
  /** Only runs of the user that the Jupyter server runs as. */
  mine?: boolean;
  status?: readonly Status[] | null;
  /** In MLflow's filter language. */
  filter?: string;
  /** One column in MLflow's grammar: `metrics.loss DESC`. */
  order_by?: string | null;
  deleted?: boolean;
  columns?: readonly string[];
  max_results?: number;
  page_token?: string | null;
}

export interface IKeyValue {
  key: string;
  value: string;
}

export interface IMetric {
  key: string;
  /** The last one. */
  value: Num;
  step: number;
  timestamp: number;
  min: Num | null;
  max: Num | null;
  count: number | null;
}

export interface IDataset {
  name: string;
  digest: string;
  source_type: string;
  context: string | null;
  rows: number | null;
  schema: string | null;
}

export interface IModel {
  model_id: string | null;
  name: string;
  status: string | null;
  path: string | null;
}

/** A run with all that is known of it. In place of the number of models: the models. */
export interface IRunDetail extends Omit<IRow, 'models'> {
  /** `null`: the store does not say. */
  experiment_name: string | null;
  note: string;
  artifact_uri: string;
  params: IKeyValue[];
  metrics: IMetric[];
  tags: IKeyValue[];
  datasets: IDataset[];
  models: IModel[];
  previous_run_id: string | null;
}

export interface ISeries {
  run_id: string;
  key: string;
  /** Three columns of the same length, thinned. */
  points: { step: number[]; value: Num[]; timestamp: number[] };
  /** How many points there are in the store. */
  total: number;
}

export interface IKeys {
  metrics: string[];
  params: string[];
  tags: string[];
}

export interface IArtifact {
  path: string;
  name: string;
  is_dir: boolean;
  size: number | null;
}

/** The first rows of a CSV or parquet artifact. */
export interface ITable {
  columns: string[];
  rows: (Value | boolean | null)[][];
  total: number | null;
}

/** A change of a run. What is left out stays as it is. */
export interface IRunChange {
  name?: string;
  note?: string;
  /** `null` deletes the tag. */
  tags?: Record<string, string | null>;
  /** Only for a run that is RUNNING: it was left so. */
  status?: 'FINISHED' | 'FAILED' | 'KILLED';
  /** What the page believed: `name`, `note`, `tags.<key>`. Another value in the store → 409 with `current`. */
  expected?: Record<string, string | null>;
}

/** What became of each run of an action on many. */
export interface IOutcome {
  done: string[];
  failed: { run_id: string; message: string }[];
}

/** How an experiment is looked at; kept on the store, so that it follows the team. */
export interface IView {
  /** `null`: nobody has chosen; the key metric is shown. */
  columns: string[] | null;
  /** As `order_by`. */
  sort: string | null;
  /** Ids of runs that stay on top. */
  pins: string[];
  metric: string | null;
  /** Columns of tables of what differs; not there: nobody has chosen. */
  compared?: string[] | null;
}

/** The runs of one code cell; those below others are not counted. */
export interface ICellRuns {
  cell_id: string;
  /** How often the cell was executed and made runs. */
  executions: number;
  latest: IRow;
  /** Runs of the last execution, and when the first of them began. */
  together: number;
  since: number | null;
}
