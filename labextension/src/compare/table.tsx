/** The table of what differs: a column for each run, the first one being the measure. */

import {
  caretLeftIcon,
  caretRightIcon,
  closeIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { colour } from '../run/curves';
import { statusWord } from '../run/status';
import { formatAge } from '../run/time';
import type { IOpen } from '../sidebar/open';
import { IconButton } from '../sidebar/parts';
import type { Group, ICell, IDifference } from './difference';
import type { CompareModel, IColumn } from './model';

const GROUPS: readonly [Group, string][] = [
  ['metrics', 'Metrics'],
  ['params', 'Params'],
  ['tags', 'Tags']
];

export function DifferenceTable(props: {
  model: CompareModel;
  columns: readonly IColumn[];
  names: readonly string[];
  rows: readonly IDifference[];
  open: IOpen;
}): React.JSX.Element {
  const { model, columns, names, rows, open } = props;
  return (
    <div
      className="nbtrack-Run-scroll nbtrack-Compare-scroll"
      role="group"
      aria-label="Table of differences"
      tabIndex={0}
    >
      <table className="nbtrack-Compare-table">
        <thead>
          <tr>
            <th scope="col">Run</th>
            {columns.map((column, i) => (
              <th key={column.runId} scope="col">
                <Head
                  column={column}
                  name={names[i] ?? ''}
                  place={i}
                  last={i === columns.length - 1}
                  model={model}
                  open={open}
                />
              </th>
            ))}
          </tr>
        </thead>
        {GROUPS.map(([group, title]) => {
          const own = rows.filter(row => row.group === group);
          return (
            own.length > 0 && (
              <tbody key={group}>
                <tr>
                  <th scope="rowgroup" className="nbtrack-Compare-group">
                    {title}
                  </th>
                  <td colSpan={columns.length} />
                </tr>
                {own.map(row => (
                  <tr key={row.key} data-differs={row.differs}>
                    <th scope="row">{row.key}</th>
                    {row.cells.map((cell, i) => (
                      <Cell key={columns[i]?.runId ?? i} cell={cell} />
                    ))}
                  </tr>
                ))}
              </tbody>
            )
          );
        })}
      </table>
      {rows.length === 0 && columns.every(column => column.detail) && (
        <p className="nbtrack-Quiet">
          Nothing differs in metrics, params and tags.
        </p>
      )}
    </div>
  );
}

function Head(props: {
  column: IColumn;
  name: string;
  place: number;
  last: boolean;
  model: CompareModel;
  open: IOpen;
}): React.JSX.Element {
  const { column, name, place, last, model, open } = props;
  const { runId, detail, error, asOf } = column;
  return (
    <div className="nbtrack-Compare-head">
      <span className="nbtrack-Run-line">
        <span
          className="nbtrack-Compare-swatch"
          style={{ background: colour(place) }}
          aria-hidden="true"
        />
        <button
          type="button"
          className="nbtrack-Run-link"
          title={runId}
          onClick={() => {
            open.run(model.store, runId);
          }}
        >
          {name}
        </button>
      </span>
      <span className="nbtrack-Quiet">
        {place === 0 ? 'baseline · ' : ''}
        {error
          ? error.message
          : detail
            ? statusWord(detail.status)
            : 'Loading…'}
        {detail?.lifecycle_stage === 'deleted' && ' · deleted'}
        {asOf !== null && ` · as of ${formatAge(asOf)}`}
      </span>
      <span className="nbtrack-Run-buttons">
        <IconButton
          icon={caretLeftIcon}
          label={`Move ${name} to the left`}
          disabled={place === 0}
          onClick={() => {
            model.move(runId, -1);
          }}
        />
        <IconButton
          icon={caretRightIcon}
          label={`Move ${name} to the right`}
          disabled={last}
          onClick={() => {
            model.move(runId, 1);
          }}
        />
        <IconButton
          icon={closeIcon}
          label={`Remove ${name} from the comparison`}
          onClick={() => {
            model.remove(runId);
          }}
        />
      </span>
    </div>
  );
}

function Cell(props: { cell: ICell }): React.JSX.Element {
  const { text, exact, delta, best } = props.cell;
  if (text === null) {
    return <td className="nbtrack-Quiet">none</td>;
  }
  return (
    <td
      className={exact === null ? undefined : 'nbtrack-Live-number'}
      title={exact ?? undefined}
    >
      <div className="nbtrack-Run-long">
        {text}
        {delta !== null && <span className="nbtrack-Quiet"> {delta}</span>}
        {best && ' '}
        {best && <span className="nbtrack-Compare-best">best</span>}
      </div>
    </td>
  );
}
