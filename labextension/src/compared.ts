/** What crosses the wire about runs beside each other. */

import type { IRow, Num } from './runs';

/** The MIME type of compared runs in the output of a cell. */
export const COMPARE_MIME = 'application/vnd.nbtrack.compare.v1+json';

/** One of the runs that are compared. */
export type IComparedRun = Pick<
  IRow,
  | 'run_id'
  | 'name'
  | 'status'
  | 'experiment_id'
  | 'start_time'
  | 'end_time'
  | 'lifecycle_stage'
  | 'parent_run_id'
  | 'notebook'
  | 'cell_id'
  | 'execution_count'
  | 'source_sha256'
> & {
  /** What its store is called, where the runs are of several. */
  store?: string;
};

/** One list a key, each as long as the runs; `null`: the run has none. */
export type Columns<T> = Record<string, (T | null)[]>;

/** Runs beside each other: the answer of `POST compare`. Long texts are cut, and end with «…» then. */
export interface ICompared {
  /** In the order asked for, without those that are not there. */
  runs: IComparedRun[];
  missing: string[];
  params: Columns<string>;
  /** The last values. */
  metrics: Columns<Num>;
  tags: Columns<string>;
  /** Digests, by «name · context». */
  datasets: Columns<string>;
  /** How many keys of each kind were left out, where there are too many. */
  more?: Partial<Record<'params' | 'metrics' | 'tags' | 'datasets', number>>;
}

/** Runs that share their params but for the seed. */
export interface INoiseGroup {
  /** The params that differ among the groups. */
  config: Record<string, string | null>;
  /** Digests, where the groups have other data. */
  datasets?: Record<string, string | null>;
  run_ids: string[];
  values: number[];
  /** Seeds: runs with the same one count once. */
  n: number;
  mean: number;
  sd: number | null;
  /** 95 % of the mean. */
  interval: [number, number] | null;
  /** Against the baseline's group. */
  difference: {
    mean: number;
    interval: [number, number];
    /** `null`: neither group varies, and nothing can be told of chance; the interval has no width then. */
    p: number | null;
  } | null;
  verdict: string;
}

/** The answer of `POST noise`. */
export interface INoise {
  metric: string;
  lower_is_better: boolean | null;
  /** Params that were taken for seeds. */
  seeds: string[];
  /** Index of the baseline's group. */
  baseline: number | null;
  groups: INoiseGroup[];
  /** Runs without a finite value of the metric. */
  left_out: number;
  /** What is to be said of many comparisons. */
  note?: string | null;
}

/** The answer of `POST importance`. */
export interface IImportance {
  metric: string;
  n: number;
  /** How much of the metric the params explain: R² on runs not learnt from. */
  score: number | null;
  params: { param: string; importance: number; low: number; high: number }[];
  /** Why there is none. */
  note: string | null;
}

/** The charts that the server has definitions of. */
export type ChartKind =
  'panel' | 'band' | 'scatter' | 'parallel' | 'box' | 'interval';
