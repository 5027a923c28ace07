/** The columns of a table of many runs, and its order. */

import type { Lifecycle, Status, Value } from '../runs';
import { direction, type IColumn } from '../sidebar/columnset';
import { byName, compareValues } from './values';

export interface IGridRun {
  run_id: string;
  /** As it is shown: told apart from others of the same name. */
  label: string;
  status: Status;
  lifecycle_stage: Lifecycle;
}

/** A column as the sidebar has it, with what stands in it. */
export interface IGridColumn extends IColumn {
  /** Written as a metric's values are. */
  metric: boolean;
  /** One for each run. */
  values: readonly (Value | null)[];
  best: number | null;
  /** Wider than the others. */
  wide?: boolean;
  /** How a value is written, if not as it is. */
  shown?: (value: Value) => string;
}

/** The column of the names. */
export const NAME: IColumn = {
  ...{ id: 'name', label: 'Run', title: 'Name of the run' },
  ...{ sort: 'attributes.run_name', numeric: false, width: 0, grow: 0 }
};

/**
 * The places of the runs, sorted; what is not there comes last, whichever way.
 *
 * @param sort - As a view keeps it; by what is no column here nothing is sorted.
 * @param pins - Ids of runs that come first.
 */
export function ordered(
  runs: readonly IGridRun[],
  columns: readonly IGridColumn[],
  sort: string | null,
  pins: readonly string[] = []
): number[] {
  const order = sorted(runs, columns, sort);
  if (!pins.length) {
    return order;
  }
  const places = new Map(runs.map(({ run_id }, i) => [run_id, i]));
  const first = pins.flatMap(id => places.get(id) ?? []);
  const isFirst = new Set(first);
  return [...first, ...order.filter(place => !isFirst.has(place))];
}

function sorted(
  runs: readonly IGridRun[],
  columns: readonly IGridColumn[],
  sort: string | null
): number[] {
  const order = runs.map((_, i) => i);
  if (sort === null) {
    return order;
  }
  const byLabel = direction(NAME, sort);
  const column = columns.find(one => direction(one, sort) !== null);
  const down = byLabel ?? (column && direction(column, sort));
  if (!down) {
    return order;
  }
  const way = down === 'DESC' ? -1 : 1;
  return order.sort((i, j) => {
    if (!column || byLabel) {
      return way * byName(runs[i]?.label ?? '', runs[j]?.label ?? '');
    }
    const one = column.values[i] ?? null;
    const other = column.values[j] ?? null;
    const isOut = one === null || other === null;
    return (isOut ? 1 : way) * compareValues(one, other);
  });
}
