/** The heads of the columns of a table of many runs. */

import * as React from 'react';

import { direction, type IColumn, nextSort } from '../sidebar/columnset';
import { type IGridColumn, NAME } from './sorted';

export function GridHead(props: {
  row: React.RefObject<HTMLTableRowElement>;
  columns: readonly IGridColumn[];
  /** As a view keeps it. */
  sort: string | null;
  onSort: (sort: string | null) => void;
  /** Are all selected, or some? */
  all: boolean;
  some: boolean;
  onAll: (all: boolean) => void;
}): React.JSX.Element {
  const { row, columns, sort, onSort, all, some, onAll } = props;
  const head = (column: IColumn, metric: boolean, wide = false) => {
    const way = direction(column, sort);
    return (
      <th
        key={column.id}
        scope="col"
        {...(wide && { style: { width: '22ch' } })}
        className={metric ? 'nbtrack-Live-number' : undefined}
        aria-sort={
          way === null ? 'none' : way === 'ASC' ? 'ascending' : 'descending'
        }
      >
        {column.sort === null ? (
          column.label
        ) : (
          <button
            type="button"
            className="nbtrack-Compare-sort"
            title={`${column.title}: sort`}
            onClick={() => {
              onSort(nextSort(column, sort));
            }}
          >
            {column.label}
            <span aria-hidden="true">
              {way === 'ASC' ? ' ▲' : way === 'DESC' ? ' ▼' : ''}
            </span>
          </button>
        )}
      </th>
    );
  };
  return (
    <thead>
      <tr ref={row} aria-rowindex={1}>
        <th className="nbtrack-Compare-check">
          <input
            type="checkbox"
            aria-label="Select all runs"
            checked={all}
            ref={node => {
              if (node) {
                node.indeterminate = some && !all;
              }
            }}
            onChange={() => {
              onAll(!all);
            }}
          />
        </th>
        {head(NAME, false)}
        {columns.map(column => head(column, column.metric, column.wide))}
      </tr>
    </thead>
  );
}
