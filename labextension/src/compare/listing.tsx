/** A list of many runs: filtered, sorted by any column, and selected for the kernel. */

import * as React from 'react';

import type { IKeys, IRow, Value } from '../runs';
import {
  ATTRIBUTE_COLUMNS,
  columns as columnsOf,
  commonMetric,
  METRIC,
  NOTEBOOK,
  STARTED,
  USER,
  valueOf
} from '../sidebar/columnset';
import { duration, moment } from '../sidebar/format';
import { useObserved } from '../sidebar/observe';
import { Button, Failure } from '../sidebar/parts';
import { DURATION } from '../state/query';
import { NO_VIEW } from '../state/view';
import { Filter } from '../run/section';
import { Chooser } from './chooser';
import { asCode } from './code';
import { runsAsCsv } from './csv';
import { download } from './download';
import { RunGrid } from './grid';
import { NOWHERE_ELSE } from './homes';
import type { ListModel } from './listmodel';
import { namesOf } from './names';
import { type ICompareHost, useOpenRun } from './scene';
import { AsOf } from './section';
import type { IGridColumn } from './sorted';
import { Kept } from './viewed';

/** Columns that can be chosen. */
const MOST = 200;

export function Listing(props: {
  model: ListModel;
  host: ICompareHost;
  said: string;
}): React.JSX.Element {
  const { model, host, said } = props;
  const state = useObserved(model);
  const { rows, selected, error, asOf, busy, store, keys } = state;
  const viewed = useObserved(model.view);
  const { view } = viewed;
  const columns = view.columns ?? state.columns;
  const [filter, setFilter] = React.useState(state.filter);
  const grid = React.useMemo(() => gridOf(rows, columns), [rows, columns]);
  const { open } = host;
  const onOpen = useOpenRun(host, { store, elsewhere: NOWHERE_ELSE });
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
            host.insert(
              asCode({ runIds, baseline: null }, { line: said, runIds })
            );
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
          called={ATTRIBUTE_COLUMNS}
          keys={[...new Set([...columns, ...namesIn(keys)])]}
          chosen={columns}
          most={MOST}
          onChange={chosen => {
            model.setColumns(chosen);
          }}
        />
        <Kept state={viewed} one={isOfOne(rows)} />
      </div>
      <RunGrid
        label="Runs"
        runs={grid.runs}
        columns={grid.columns}
        baseline={null}
        sort={state.order ?? view.sort}
        onSort={sort => {
          model.setSort(sort);
        }}
        pins={view.pins}
        onPins={pins => {
          model.view.change({ pins });
        }}
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
  ids: readonly string[]
): {
  runs: (IRow & { label: string })[];
  columns: IGridColumn[];
} {
  const names = namesOf(rows);
  const columns = columnsOf(
    { ...NO_VIEW, columns: [...ids] },
    commonMetric(rows)
  );
  return {
    runs: rows.map((row, i) => ({ ...row, label: names[i] ?? '' })),
    columns: columns.map(column => ({
      ...column,
      // There is room for whole words here.
      label:
        column.id === METRIC
          ? column.label
          : column.title.replace(/^\w+\./, ''),
      metric: column.id === METRIC || column.id.startsWith('metrics.'),
      values: rows.map(row => cellOf(row, column.id)),
      best: null,
      ...(column.id === STARTED && { wide: true }),
      ...WRITTEN[column.id]
    }))
  };
}

const WRITTEN: Readonly<Record<string, Pick<IGridColumn, 'shown'>>> = {
  [STARTED]: { shown: value => moment(Number(value)) },
  [DURATION]: { shown: value => duration(Number(value)) }
};

function cellOf(row: IRow, id: string): Value | null {
  const { start_time: start, end_time: end } = row;
  switch (id) {
    case STARTED:
      return start;
    case DURATION:
      return start === null || end === null ? null : end - start;
    case METRIC:
      return row.metric?.value ?? null;
    case USER:
      return row.user;
    case NOTEBOOK:
      return row.notebook;
    default:
      return valueOf(row, id);
  }
}

function isOfOne(rows: readonly IRow[]): boolean {
  return new Set(rows.map(row => row.experiment_id)).size < 2;
}

function namesIn(keys: IKeys | null): string[] {
  return [
    ...Object.keys(ATTRIBUTE_COLUMNS),
    ...(keys?.metrics ?? []).map(key => `metrics.${key}`),
    ...(keys?.params ?? []).map(key => `params.${key}`),
    ...(keys?.tags ?? []).map(key => `tags.${key}`)
  ];
}
