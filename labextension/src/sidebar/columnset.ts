/** The columns of the list of runs: which there are, what they are called, how they sort. */

import type { IRow, IView, Value } from '../runs';
import { DURATION } from '../state/query';

/** How much of a line a column has. */
interface IRoom {
  /** What it needs at least, in the width of a digit. */
  readonly width: number;
  /** Its share of what is left. */
  readonly grow: number;
}

export interface IColumn extends IRoom {
  /** As views keep it: `metrics.loss`, `params.lr`, `tags.x`, or one of `ATTRIBUTE_COLUMNS`. */
  readonly id: string;
  readonly label: string;
  readonly title: string;
  /** What the server sorts by; `null`: nothing does. */
  readonly sort: string | null;
  readonly numeric: boolean;
}

export const METRIC = 'attributes.metric';
export const STARTED = 'attributes.start_time';
export const USER = 'attributes.user';
export const NOTEBOOK = 'attributes.notebook';

export const ATTRIBUTE_COLUMNS: Readonly<Record<string, string>> = {
  [METRIC]: 'Key metric',
  [DURATION]: 'Duration',
  [STARTED]: 'Started',
  [USER]: 'User',
  [NOTEBOOK]: 'Notebook'
};

/** What is shown until somebody chooses. */
export const DEFAULT_COLUMNS = [METRIC, DURATION, STARTED] as const;

/** The order without a choice. */
export const NEWEST = `${STARTED} DESC`;

const SORTS: Record<string, string> = {
  [DURATION]: DURATION,
  [STARTED]: STARTED,
  [USER]: 'tags.`mlflow.user`'
};

/** With the columns that nobody has chosen, these fit into 250 pixels, beside a scroll bar. */
const TIMES: Record<string, IRoom> = {
  [DURATION]: { width: 5.6, grow: 0.8 },
  [STARTED]: { width: 4.5, grow: 0.8 }
};
const NUMBER: IRoom = { width: 5.7, grow: 1.3 };
const TEXT: IRoom = { width: 8, grow: 1 };

/** What stands above narrow columns. */
const HEADS: Record<string, string> = {
  [DURATION]: 'Took',
  [STARTED]: 'Start'
};

const NUMERIC = new Set<string>([METRIC, DURATION, STARTED]);

export function columnIds(view: IView): readonly string[] {
  return view.columns ?? DEFAULT_COLUMNS;
}

/**
 * The columns of a view.
 *
 * @param metric - The metric that most rows show as theirs; the column of key metrics bears its name.
 */
export function columns(view: IView, metric: string | null): IColumn[] {
  return columnIds(view).map(id => {
    const known = ATTRIBUTE_COLUMNS[id];
    if (id === METRIC) {
      const label = metric ?? 'Metric';
      const sort = metric === null ? null : sortKey(`metrics.${metric}`);
      const title = `Key metric: ${label}`;
      return { id, label, title, sort, numeric: true, ...NUMBER };
    }
    if (known !== undefined) {
      const sort = SORTS[id] ?? null;
      const numeric = NUMERIC.has(id);
      const room = TIMES[id] ?? TEXT;
      const label = HEADS[id] ?? known;
      return { id, label, title: known, sort, numeric, ...room };
    }
    const [family, key] = halves(id);
    const numeric = family === 'metrics';
    const sort = sortKey(id);
    const room = numeric ? NUMBER : TEXT;
    return { id, label: key, title: id, sort, numeric, ...room };
  });
}

/** The metric that most rows have as their key metric. */
export function commonMetric(rows: Iterable<IRow>): string | null {
  const counts = new Map<string, number>();
  for (const { metric } of rows) {
    if (metric) {
      counts.set(metric.key, (counts.get(metric.key) ?? 0) + 1);
    }
  }
  let common: string | null = null;
  for (const [key, many] of counts) {
    if (common === null || many > (counts.get(common) ?? 0)) {
      common = key;
    }
  }
  return common;
}

/** The order after a click on a column's head: first this way, then the other, then none. */
export function nextSort(column: IColumn, sort: string | null): string | null {
  if (column.sort === null) {
    return sort;
  }
  const first = column.numeric ? 'DESC' : 'ASC';
  const second = first === 'DESC' ? 'ASC' : 'DESC';
  switch (direction(column, sort)) {
    case first:
      return `${column.sort} ${second}`;
    case second:
      return column.sort === STARTED ? `${STARTED} DESC` : null;
    default:
      return `${column.sort} ${first}`;
  }
}

export function direction(
  column: IColumn,
  sort: string | null
): 'ASC' | 'DESC' | null {
  const by = sort ?? NEWEST;
  if (column.sort === null || !by.startsWith(`${column.sort} `)) {
    return null;
  }
  return by.endsWith(' DESC') ? 'DESC' : 'ASC';
}

/** What a row has in a column of its own metrics, params or tags. */
export function valueOf(row: IRow, id: string): Value | null {
  // Names of a store may be those of JavaScript's own things.
  return Object.hasOwn(row.values, id) ? (row.values[id] ?? null) : null;
}

/** Kind and key. */
export function halves(id: string): [string, string] {
  const dot = id.indexOf('.');
  return [id.slice(0, dot), id.slice(dot + 1)];
}

function sortKey(id: string): string {
  const [family, key] = halves(id);
  return `${family}.\`${key.replaceAll('`', '')}\``;
}
