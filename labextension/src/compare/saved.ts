/** Reads what a notebook's output says of compared runs. As hostile as any output: what does not fit is left out. */

import type { Columns, IComparedRun, ICompared } from '../compared';
import { type Bag, isBag, list, num, number, text } from '../live/check';
import type { ISeries, Lifecycle, Num } from '../runs';

/** Which runs a list holds. */
export interface IListed {
  experimentIds: readonly string[] | null;
  notebook: string | null;
  cellIds: readonly string[] | null;
  filter: string;
  orderBy: string | null;
  max: number;
}

export interface ISaved {
  kind: 'compare' | 'runs';
  /** Of the output; what is selected goes back under it. */
  key: string;
  /** Digest of the store's address. */
  store: string;
  /** Ids of the runs that are in other stores, by the digests of theirs. */
  elsewhere: Readonly<Record<string, readonly string[]>>;
  runIds: string[];
  baseline: string | null;
  metric: string | null;
  sections: string[];
  query: IListed | null;
  /** The line that makes it again. */
  said: string;
  /** When the snapshot was made; `null`: there is none. */
  at: number | null;
  compared: ICompared | null;
  histories: ISeries[];
}

const MOST_RUNS = 1000;
const MOST_STORES = 20;
const MOST_KEYS = 5000;
const MOST_LINES = 500;
const MOST_POINTS = 2000;
const MOST_LISTED = 10_000;
const KEY = /^[\w-]{1,64}$/;

/** @returns `null` where it can't be read. */
export function readSaved(data: unknown): ISaved | null {
  if (!isBag(data) || data['version'] !== 1) {
    return null;
  }
  const key = text(data['key']);
  const kind = data['kind'];
  if (!KEY.test(key) || (kind !== 'compare' && kind !== 'runs')) {
    return null;
  }
  const snapshot = isBag(data['snapshot']) ? data['snapshot'] : {};
  const compared = readCompared(snapshot['compare']);
  return {
    ...{ kind, key, store: text(data['store']) },
    elsewhere: readElsewhere(data['elsewhere']),
    runIds: texts(data['run_ids'], MOST_RUNS),
    baseline: orNull(data['baseline']),
    metric: orNull(data['metric']),
    sections: texts(data['sections'], 10),
    query: kind === 'runs' ? readQuery(data['query']) : null,
    said: text(data['said']),
    at: compared ? number(snapshot['at'], 0) : null,
    compared,
    histories: list(snapshot['histories'], MOST_LINES, readSeries)
  };
}

function readElsewhere(value: unknown): Record<string, string[]> {
  const stores = Object.entries(isBag(value) ? value : {}).slice(
    0,
    MOST_STORES
  );
  return Object.fromEntries(
    stores.map(([digest, ids]) => [digest, texts(ids, MOST_RUNS)])
  );
}

function readQuery(value: unknown): IListed {
  const query = isBag(value) ? value : {};
  const some = (member: unknown) =>
    Array.isArray(member) ? texts(member, MOST_RUNS) : null;
  return {
    experimentIds: some(query['experiment_ids']),
    notebook: orNull(query['notebook']),
    cellIds: some(query['cell_ids']),
    filter: text(query['filter']),
    orderBy: orNull(query['order_by']),
    max: Math.min(MOST_LISTED, Math.max(1, number(query['max'], MOST_RUNS)))
  };
}

function readCompared(value: unknown): ICompared | null {
  if (!isBag(value)) {
    return null;
  }
  const runs = list(value['runs'], MOST_RUNS, readRun);
  const all = value['runs'];
  if (!Array.isArray(all) || all.length !== runs.length) {
    return null; // the columns would be of other runs
  }
  const count = runs.length;
  return {
    runs,
    missing: texts(value['missing'], MOST_RUNS),
    params: readColumns(value['params'], count, orNull),
    metrics: readColumns<Num>(value['metrics'], count, num),
    tags: readColumns(value['tags'], count, orNull),
    datasets: readColumns(value['datasets'], count, orNull)
  };
}

function readRun(run: Bag): IComparedRun | null {
  const runId = text(run['run_id']);
  const moment = (key: string) =>
    typeof run[key] === 'number' ? number(run[key], 0) : null;
  const lifecycle: Lifecycle =
    run['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active';
  return runId === ''
    ? null
    : {
        run_id: runId,
        name: text(run['name']),
        status: text(run['status']),
        experiment_id: text(run['experiment_id']),
        start_time: moment('start_time'),
        end_time: moment('end_time'),
        lifecycle_stage: lifecycle,
        parent_run_id: orNull(run['parent_run_id']),
        notebook: orNull(run['notebook']),
        cell_id: orNull(run['cell_id']),
        execution_count: moment('execution_count'),
        source_sha256: orNull(run['source_sha256']),
        ...(typeof run['store'] === 'string' && { store: run['store'] })
      };
}

function readColumns<T>(
  value: unknown,
  count: number,
  read: (member: unknown) => T | null
): Columns<T> {
  const entries = Object.entries(isBag(value) ? value : {})
    .slice(0, MOST_KEYS)
    .flatMap(([key, values]) =>
      Array.isArray(values) && values.length === count
        ? [[key, values.map(read)] as const]
        : []
    );
  return Object.fromEntries(entries);
}

function readSeries(series: Bag): ISeries | null {
  const points = isBag(series['points']) ? series['points'] : {};
  const [step, value, timestamp] = ['step', 'value', 'timestamp'].map(name =>
    Array.isArray(points[name]) ? (points[name] as unknown[]) : []
  );
  if (
    !step ||
    !value ||
    !timestamp ||
    step.length !== value.length ||
    step.length !== timestamp.length ||
    step.length > MOST_POINTS
  ) {
    return null;
  }
  return {
    run_id: text(series['run_id']),
    key: text(series['key']),
    points: {
      step: step.map(one => number(one, 0)),
      value: value.map(one => num(one) ?? 'NaN'),
      timestamp: timestamp.map(one => number(one, 0))
    },
    total: number(series['total'], step.length)
  };
}

function texts(value: unknown, most: number): string[] {
  return Array.isArray(value)
    ? value.slice(0, most).filter(one => typeof one === 'string')
    : [];
}

function orNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
