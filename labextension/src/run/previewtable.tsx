/** The first rows of a CSV or parquet artifact. */

import * as React from 'react';

import type { ITable } from '../runs';
import { Failure } from '../sidebar/parts';
import { useAsked } from './asked';
import { useScene } from './host';

const ROWS = 200;

export function TablePreview(props: { path: string }): React.JSX.Element {
  const { path } = props;
  const { host, store, runId } = useScene();
  const { api } = host;
  const { value, error, retry } = useAsked(
    React.useCallback(
      () => api.table(store, runId, path, ROWS),
      [api, store, runId, path]
    )
  );
  if (error) {
    return <Failure error={error} onRetry={retry} />;
  }
  if (!value) {
    return (
      <p role="status" className="nbtrack-Quiet">
        Loading…
      </p>
    );
  }
  const { columns, rows, total } = value.value;
  const shown = rows.length;
  return (
    <>
      <p className="nbtrack-Quiet">
        {columns.length} {columns.length === 1 ? 'column' : 'columns'},{' '}
        {total !== null && total > shown
          ? `the first ${shown} of ${total.toLocaleString('en')} rows`
          : total === null && shown >= ROWS
            ? `the first ${shown} rows`
            : `${shown} ${shown === 1 ? 'row' : 'rows'}`}
      </p>
      <Grid columns={columns} rows={rows} name={path} />
    </>
  );
}

function Grid(props: {
  columns: readonly string[];
  rows: ITable['rows'];
  name: string;
}): React.JSX.Element {
  return (
    <div
      className="nbtrack-Run-scroll"
      role="group"
      aria-label={`Rows of ${props.name}`}
      tabIndex={0}
    >
      <table className="nbtrack-Run-grid">
        <thead>
          <tr>
            {props.columns.map((column, i) => (
              <th key={i} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td
                  key={j}
                  className={
                    typeof cell === 'number' ? 'nbtrack-Live-number' : undefined
                  }
                >
                  {cell === null ? (
                    <span className="nbtrack-Quiet">null</span>
                  ) : (
                    String(cell)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
