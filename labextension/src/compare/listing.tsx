/** A list of many runs: filtered, sorted by any column, and selected for the kernel. */

import * as React from 'react';

import type { IKeys, IRow, Value } from '../runs';
import { duration, moment } from '../sidebar/format';
import { useObserved } from '../sidebar/observe';
import { Button, Failure } from '../sidebar/parts';
import { Filter } from '../run/section';
import { Chooser } from './chooser';
import { asCode } from './code';
import { runsAsCsv } from './csv';
import { download } from './download';
import { RunGrid } from './grid';
import type { ListModel } from './listmodel';
import { namesOf } from './names';
import { type ICompareHost, useOpenRun } from './scene';
import { AsOf } from './section';
import type { IGridColumn } from './sorted';

/** Columns that can be chosen. */
const MOST = 200;

export function Listing(props: {
  model: ListModel;
  host: ICompareHost;
  said: string;
}): React.JSX.Element {
  const { model, host, said } = props;
  const state = useObserved(model);
  const { rows, columns, selected, error, asOf, busy, store, keys } = state;
  const [filter, setFilter] = React.useState(state.filter);
  const grid = React.useMemo(() => gridOf(rows, columns), [rows, columns]);
  const { open } = host;
  const onOpen = useOpenRun(host, store);
  return (
    <div className="nbtrack-Compare-content">
      <h1>Runs</h1>
      <form
        className="nbtrack-Run-tools"
        onSubmit={event => {
          event.preventDefault();
          model.setFilter(filter);
        }}
      >
        <Filter
          label="Filter in MLflow’s language: metrics.loss < 0.5"
          value={filter}
          onChange={setFilter}
        />
        <Button
          label="Filter"
          onClick={() => {
            model.setFilter(filter);
          }}
        />
        <Button
          label="Download CSV"
          title="These runs, with the columns that are shown"
          onClick={() => {
            download('runs.csv', runsAsCsv(rows, grid.columns), 'text/csv');
          }}
        />
        <Button
          label="Compare selected"
          disabled={selected.size < 2 || !open || store === null}
          onClick={() => {
            if (store !== null) {
              open?.compare(store, [...selected]);
            }
          }}
        />
        <Button
          label="Insert as code"
          title="Put a cell with this list below the active one, without running it"
          onClick={() => {
            const runIds = [...selected];
            host.insert(asCode({ runIds, baseline: null }, said));
          }}
        />
      </form>
      {error && asOf !== null && <AsOf moment={asOf} />}
      {error && (
        <Failure
          error={error}
          onRetry={() => {
            void model.refresh();
          }}
        />
      )}
      <p className="nbtrack-Quiet" role="status">
        {rows.length.toLocaleString('en')} {rows.length === 1 ? 'run' : 'runs'}
        {selected.size > 0 && `, ${selected.size} selected`}
        {busy && ' …'}
      </p>
      <div
        onFocus={() => {
          void model.wantKeys();
        }}
      >
        <Chooser
          title="Columns"
          label="Columns of the table"
          keys={[...new Set([...columns, ...namesIn(keys)])]}
          chosen={columns}
          most={MOST}
          onChange={chosen => {
            model.setColumns(chosen);
          }}
        />
      </div>
      <RunGrid
        label="Runs"
        runs={grid.runs}
        columns={grid.columns}
        baseline={null}
        selected={selected}
        onSelect={chosen => {
          model.select(chosen);
        }}
        onOpen={onOpen}
      />
    </div>
  );
}

function gridOf(
  rows: readonly IRow[],
  columns: readonly string[]
): {
  runs: (IRow & { label: string })[];
  columns: IGridColumn[];
} {
  const names = namesOf(rows);
  const of = (id: string): IGridColumn => ({
    id,
    title: id.slice(id.indexOf('.') + 1),
    metric: id.startsWith('metrics.'),
    values: rows.map(row => valueOf(row, id)),
    best: null
  });
  return {
    runs: rows.map((row, i) => ({ ...row, label: names[i] ?? '' })),
    columns: [
      {
        ...{ id: 'started', title: 'Started', metric: false, best: null },
        wide: true,
        values: rows.map(row => row.start_time),
        shown: value => moment(Number(value))
      },
      {
        ...{ id: 'duration', title: 'Duration', metric: false, best: null },
        values: rows.map(({ start_time: start, end_time: end }) =>
          start === null || end === null ? null : end - start
        ),
        shown: value => duration(Number(value))
      },
      ...columns.map(of)
    ]
  };
}

function valueOf({ values }: IRow, id: string): Value | null {
  return Object.hasOwn(values, id) ? (values[id] ?? null) : null;
}

function namesIn(keys: IKeys | null): string[] {
  return [
    ...(keys?.metrics ?? []).map(key => `metrics.${key}`),
    ...(keys?.params ?? []).map(key => `params.${key}`),
    ...(keys?.tags ?? []).map(key => `tags.${key}`)
  ];
}
