/** One run in the list. Clicks are taken by the list: see `data-act`. */

import {
  caretDownIcon,
  caretRightIcon,
  checkIcon,
  errorIcon,
  historyIcon,
  type LabIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { formatDuration } from '../live/format';
import type { IRow, Num } from '../runs';
import type { ILine } from '../state/flat';
import { DURATION } from '../state/query';
import {
  type IColumn,
  METRIC,
  NOTEBOOK,
  STARTED,
  USER,
  valueOf
} from './columnset';
import { age, brief, duration, moment, spokenAge } from './format';
import { useNow } from './observe';
import { type KeptFocus, useKept } from './runsFocus';
import { Shape } from './shape';

/** MLflow's words stay; only «killed» sounds worse than it is. */
const STATUS: Readonly<
  Record<string, { icon: LabIcon; word: string } | undefined>
> = {
  FINISHED: { icon: checkIcon, word: 'finished' },
  FAILED: { icon: errorIcon, word: 'failed' },
  KILLED: { icon: stopIcon, word: 'stopped' },
  SCHEDULED: { icon: historyIcon, word: 'scheduled' }
};

export interface IRowProps {
  line: ILine;
  columns: readonly IColumn[];
  /** The metric in the head of the column of key metrics. */
  metric: string | null;
  index: number;
  /** `null`: in the flow. */
  top: number | null;
  height: number;
  active: boolean;
  selected: boolean;
  /** The present, to the minute. */
  minute: number;
  visible: boolean;
  kept: KeptFocus;
}

export const RunRow = React.memo(function RunRow(props: IRowProps) {
  const { line, columns, index, top, height, active, selected } = props;
  const { row } = line;
  const name = row.name || row.run_id;
  const node = React.useRef<HTMLDivElement>(null);
  useKept(props.kept, node, row.run_id);
  return (
    <div
      ref={node}
      role="row"
      className={`nbtrack-Row${selected ? ' nbtrack-mod-selected' : ''}`}
      style={top === null ? { height } : { height, top, position: 'absolute' }}
      data-key={line.key}
      data-status={row.status}
      tabIndex={active ? 0 : -1}
      aria-rowindex={index}
      aria-level={line.level}
      aria-expanded={line.expanded ?? undefined}
      aria-selected={selected}
    >
      <div
        role="gridcell"
        className="nbtrack-Cell nbtrack-mod-check"
        data-act="check"
      >
        <input
          type="checkbox"
          tabIndex={-1}
          checked={selected}
          readOnly
          aria-label={`Select ${name}`}
        />
      </div>
      <div
        role="rowheader"
        className="nbtrack-Cell nbtrack-mod-name"
        title={name}
        style={{ paddingInlineStart: `${(line.level - 1) * 0.9}em` }}
      >
        {line.expanded !== null && (
          <span
            className="nbtrack-Row-expand"
            data-act="expand"
            aria-hidden="true"
            title={`${row.children ?? ''} child runs`}
          >
            <Shape icon={line.expanded ? caretDownIcon : caretRightIcon} />
          </span>
        )}
        <StatusMark status={row.status} />
        <span className="nbtrack-Row-name">{name}</span>
        <button
          type="button"
          className="nbtrack-Row-pin"
          data-act="pin"
          tabIndex={-1}
          aria-pressed={line.pinned}
          aria-label={line.pinned ? `Unpin ${name}` : `Pin ${name}`}
          title={line.pinned ? 'Unpin (P)' : 'Keep on top (P)'}
        >
          <PinShape />
        </button>
      </div>
      {columns.map(column => (
        <div
          key={column.id}
          role="gridcell"
          className={`nbtrack-Cell${column.numeric ? ' nbtrack-mod-number' : ''}`}
        >
          <Value column={column} {...props} />
        </div>
      ))}
    </div>
  );
});

export function StatusMark(props: { status: string }): React.JSX.Element {
  const known = Object.hasOwn(STATUS, props.status)
    ? STATUS[props.status]
    : undefined;
  const word = known?.word ?? props.status.toLowerCase();
  return (
    <span className="nbtrack-Status" data-status={props.status} title={word}>
      {known ? (
        <Shape icon={known.icon} />
      ) : (
        <span className="nbtrack-Status-dot" />
      )}
      <span className="nbtrack-Spoken">{word}</span>
    </span>
  );
}

function Value(
  props: IRowProps & { column: IColumn }
): React.JSX.Element | null {
  const { column, line, metric } = props;
  const { row } = line;
  switch (column.id) {
    case METRIC:
      return row.metric && <KeyMetric row={row} common={metric} />;
    case DURATION:
      return <Took row={row} visible={props.visible} />;
    case STARTED:
      return row.start_time === null ? null : (
        <span title={`Started ${moment(row.start_time)}`}>
          <span aria-hidden="true">{age(row.start_time, props.minute)}</span>
          <span className="nbtrack-Spoken">
            {spokenAge(row.start_time, props.minute)}
          </span>
        </span>
      );
    case USER:
      return <span title={row.user ?? ''}>{row.user}</span>;
    case NOTEBOOK:
      return (
        <span title={row.notebook ?? ''}>{row.notebook?.split('/').pop()}</span>
      );
    default: {
      const value = valueOf(row, column.id);
      return value === null ? null : (
        <span title={`${column.title}: ${value}`}>
          {column.numeric ? brief(value as Num) : value}
        </span>
      );
    }
  }
}

function KeyMetric(props: {
  row: IRow;
  common: string | null;
}): React.JSX.Element | null {
  const { metric } = props.row;
  return (
    metric && (
      <span title={`${metric.key}: ${metric.value}`}>
        {brief(metric.value)}
        {metric.key !== props.common && (
          <span className="nbtrack-Quiet"> {metric.key}</span>
        )}
      </span>
    )
  );
}

/** How long it took; of a running one how long it has been. */
function Took(props: {
  row: IRow;
  visible: boolean;
}): React.JSX.Element | null {
  const { status, start_time, end_time } = props.row;
  const runs = status === 'RUNNING' && end_time === null;
  const now = useNow(1000, runs && props.visible);
  if (start_time === null || (end_time === null && !runs)) {
    return null;
  }
  const passed = (end_time ?? now) - start_time;
  // A tenth that moves once a second says nothing.
  const shown = runs ? Math.floor(passed / 1000) * 1000 : passed;
  return (
    <span title={formatDuration(passed)}>
      {runs && passed < 10_000
        ? `${Math.max(0, shown / 1000)}s`
        : duration(shown)}
    </span>
  );
}

export function PinShape(): React.JSX.Element {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d="M10.5 1.5 14.500 5.500 13.400 6.600 12.700 6.300 9.900 9.100 9.700 12.100 8.600 13.200 5.700 10.300 2.200 13.800 2.200 13.100 5 9.600 2.800 7.400 3.900 6.300 6.900 6.100 9.700 3.300 9.400 2.600Z" />
    </svg>
  );
}
