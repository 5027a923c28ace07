/** The columns of a table of many runs, and its order. */

import type { Lifecycle, Status, Value } from '../runs';
import { byName, compareValues } from './values';

export interface IGridRun {
  run_id: string;
  /** As it is shown: told apart from others of the same name. */
  label: string;
  status: Status;
  lifecycle_stage: Lifecycle;
}

export interface IGridColumn {
  /** With its kind: `params.lr`. */
  id: string;
  title: string;
  metric: boolean;
  /** One for each run. */
  values: readonly (Value | null)[];
  best: number | null;
  /** Wider than the others. */
  wide?: boolean;
  /** How a value is written, if not as it is. */
  shown?: (value: Value) => string;
}

/** The column that is called so is that of the names. */
export const NAME = 'name';

export interface ISort {
  id: string;
  down: boolean;
}

/** The places of the runs, sorted; what is not there comes last, whichever way. */
export function ordered(
  runs: readonly IGridRun[],
  columns: readonly IGridColumn[],
  sort: ISort | null
): number[] {
  const order = runs.map((_, i) => i);
  const column = columns.find(one => one.id === sort?.id);
  if (!sort || (!column && sort.id !== NAME)) {
    return order;
  }
  const way = sort.down ? -1 : 1;
  return order.sort((i, j) => {
    if (!column) {
      return way * byName(runs[i]?.label ?? '', runs[j]?.label ?? '');
    }
    const one = column.values[i] ?? null;
    const other = column.values[j] ?? null;
    const isOut = one === null || other === null;
    return (isOut ? 1 : way) * compareValues(one, other);
  });
}

/** Up, down, and as it was. */
export function nextSort(sort: ISort | null, id: string): ISort | null {
  if (sort?.id !== id) {
    return { id, down: false };
  }
  return sort.down ? null : { id, down: true };
}
