/** The heads of the columns: what they are called, and by which the list is sorted. */

import { caretDownIcon, caretUpIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ILine } from '../state/flat';
import { direction, type IColumn, nextSort } from './columnset';
import { useHost } from './host';
import { useObserved } from './observe';
import { type KeptFocus, useKept } from './runsFocus';
import { Shape } from './shape';

const ARIA = { ASC: 'ascending', DESC: 'descending' } as const;

export const RunsHead = React.forwardRef<
  HTMLDivElement,
  { columns: readonly IColumn[]; all: readonly ILine[]; kept: KeptFocus }
>(function RunsHead({ columns, all, kept }, ref) {
  const { selection } = useHost().lists;
  const { selected } = useObserved(selection);
  const every =
    all.length > 0 && all.every(line => selected.has(line.row.run_id));
  return (
    <div role="rowgroup" className="nbtrack-Head">
      <div role="row" ref={ref} className="nbtrack-Row" aria-rowindex={1}>
        <div role="columnheader" className="nbtrack-Cell nbtrack-mod-check">
          <input
            type="checkbox"
            aria-label="Select all loaded runs"
            title="Select all loaded runs"
            checked={every}
            ref={node => {
              if (node) {
                node.indeterminate = !every && selected.size > 0;
              }
            }}
            onChange={() => {
              if (every) {
                selection.clear();
              } else {
                selection.selectAll(all);
              }
            }}
          />
        </div>
        <div role="columnheader" className="nbtrack-Cell nbtrack-mod-name">
          Name
        </div>
        {columns.map(column => (
          <ColumnHead key={column.id} column={column} kept={kept} />
        ))}
      </div>
    </div>
  );
});

function ColumnHead(props: {
  column: IColumn;
  kept: KeptFocus;
}): React.JSX.Element {
  const { column, kept } = props;
  const { view } = useHost().lists;
  const { sort } = useObserved(view).view;
  const node = React.useRef<HTMLDivElement>(null);
  useKept(kept, node);
  const way = direction(column, sort);
  return (
    <div
      ref={node}
      role="columnheader"
      className={`nbtrack-Cell${column.numeric ? ' nbtrack-mod-number' : ''}`}
      aria-sort={way ? ARIA[way] : 'none'}
    >
      {column.sort === null ? (
        <span title={column.title}>{column.label}</span>
      ) : (
        <button
          type="button"
          className="nbtrack-Head-button"
          title={`${column.title}: sort`}
          onClick={() => {
            view.change({ sort: nextSort(column, sort) });
          }}
        >
          <span className="nbtrack-Head-label">{column.label}</span>
          {way === 'ASC' && <Shape icon={caretUpIcon} />}
          {way === 'DESC' && <Shape icon={caretDownIcon} />}
        </button>
      )}
    </div>
  );
}
