/** The heads of the columns of a table of many runs. */

import * as React from 'react';

import { type IGridColumn, type ISort, NAME, nextSort } from './sorted';

export function GridHead(props: {
  row: React.RefObject<HTMLTableRowElement>;
  columns: readonly IGridColumn[];
  sort: ISort | null;
  onSort: (sort: ISort | null) => void;
  /** Are all selected, or some? */
  all: boolean;
  some: boolean;
  onAll: (all: boolean) => void;
}): React.JSX.Element {
  const { row, columns, sort, onSort, all, some, onAll } = props;
  const head = (id: string, title: string, numeric: boolean, wide = false) => {
    const way = sort?.id === id ? (sort.down ? 'down' : 'up') : null;
    return (
      <th
        key={id}
        scope="col"
        {...(wide && { style: { width: '22ch' } })}
        className={numeric ? 'nbtrack-Live-number' : undefined}
        aria-sort={
          way === null ? 'none' : way === 'up' ? 'ascending' : 'descending'
        }
      >
        <button
          type="button"
          className="nbtrack-Compare-sort"
          title={`${id}: sort`}
          onClick={() => {
            onSort(nextSort(sort, id));
          }}
        >
          {title}
          <span aria-hidden="true">
            {way === 'up' ? ' ▲' : way === 'down' ? ' ▼' : ''}
          </span>
        </button>
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
        {head(NAME, 'Run', false)}
        {columns.map(({ id, title, metric, wide }) =>
          head(id, title, metric, wide)
        )}
      </tr>
    </thead>
  );
}
