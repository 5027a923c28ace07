/** One run in a table of many. */

import * as React from 'react';

import { statusWord } from '../run/status';
import { PinShape } from '../sidebar/runsRow';
import type { IGridColumn, IGridRun } from './sorted';
import { shownValue } from './values';

/** Of a text: more has no room in a line. */
const MOST = 120;

export const GridRow = React.memo(function GridRow(props: {
  run: IGridRun;
  columns: readonly IGridColumn[];
  /** Among the runs, and among the lines. */
  place: number;
  line: number;
  active: boolean;
  selected: boolean;
  baseline: boolean;
  pinned: boolean;
  /** Also a screen reader may put the focus on a line: keys are meant for that one. */
  onStand: (runId: string) => void;
  onPin: (runId: string) => void;
  onToggle: (runId: string, range: boolean) => void;
  onOpen: ((runId: string) => void) | null;
}): React.JSX.Element {
  const { run, columns, place, line, active, selected, baseline } = props;
  const { pinned } = props;
  const { run_id: id, label, status, lifecycle_stage } = run;
  return (
    <tr
      data-run={id}
      aria-rowindex={line + 2}
      aria-selected={selected}
      tabIndex={active ? 0 : -1}
      onFocus={() => {
        props.onStand(id);
      }}
      onClick={event => {
        const { target } = event;
        if (!(target instanceof Element && target.closest('button'))) {
          props.onToggle(id, event.shiftKey);
        }
      }}
    >
      <td className="nbtrack-Compare-check">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${label}`}
          checked={selected}
          readOnly
        />
      </td>
      <th scope="row" title={label}>
        {props.onOpen ? (
          <button
            type="button"
            className="nbtrack-Run-link"
            tabIndex={-1}
            onClick={() => {
              props.onOpen?.(id);
            }}
          >
            {label}
          </button>
        ) : (
          label
        )}
        <span className="nbtrack-Quiet">
          {baseline && ' · baseline'}
          {status !== 'FINISHED' && ` · ${statusWord(status)}`}
          {lifecycle_stage === 'deleted' && ' · deleted'}
        </span>
        <button
          type="button"
          className="nbtrack-Row-pin"
          tabIndex={-1}
          aria-pressed={pinned}
          aria-label={pinned ? `Unpin ${label}` : `Pin ${label}`}
          title={pinned ? 'Unpin (P)' : 'Keep on top (P)'}
          onClick={() => {
            props.onPin(id);
          }}
        >
          <PinShape />
        </button>
      </th>
      {columns.map(({ id: column, metric, values, best, shown }) => {
        const value = values[place] ?? null;
        if (value === null) {
          return <td key={column} className="nbtrack-Quiet" />;
        }
        const text = shown?.(value) ?? shownValue(value, metric);
        return (
          <td
            key={column}
            className={metric ? 'nbtrack-Live-number' : undefined}
            title={String(value)}
          >
            {text.slice(0, MOST)}
            {best !== null && value === best && (
              <span className="nbtrack-Compare-best">best</span>
            )}
          </td>
        );
      })}
    </tr>
  );
});
