/** «What differs»: with few runs a column for each, with many a line. */

import * as React from 'react';

import { columns as columnsOf } from '../sidebar/columnset';
import { useObserved } from '../sidebar/observe';
import { Button } from '../sidebar/parts';
import { NO_VIEW } from '../state/view';
import { Chooser } from './chooser';
import { keysAsCsv, runsAsCsv } from './csv';
import { type IDifference } from './difference';
import { download } from './download';
import { RunGrid } from './grid';
import { useCompare, useOpenRun } from './scene';
import { CompareSection } from './section';
import { SourcesAndPackages } from './sources';
import { DifferenceTable } from './table';
import { Kept, viewedOf } from './viewed';

/** More columns than this nobody reads. */
export const MOST_COLUMNS = 20;
/** So many can be chosen. */
const MOST_CHOSEN = 200;

export function Differs(): React.JSX.Element {
  return (
    <CompareSection
      name="differs"
      title="What differs"
      about="params, tags, data and metrics that are not the same"
    >
      <Inside />
    </CompareSection>
  );
}

function Inside(): React.JSX.Element {
  const { compared, names, rows, host } = useCompare();
  const [all, setAll] = React.useState(false);
  const shown = all ? rows : rows.filter(row => row.differs);
  const { runs, more } = compared;
  const many = runs.length > MOST_COLUMNS;
  const csv = () => (many ? runsAsCsv(runs, shown) : keysAsCsv(names, shown));
  const leftOut = Object.entries(more ?? {}).filter(([, count]) => count > 0);
  return (
    <>
      <div className="nbtrack-Run-tools">
        <label>
          <input
            type="checkbox"
            checked={all}
            onChange={event => {
              setAll(event.target.checked);
            }}
          />{' '}
          Also what is the same ({rows.filter(row => !row.differs).length})
        </label>
        <Button
          label="Copy as CSV"
          title="Copy this table, with all digits"
          onClick={() => {
            host.copy(csv());
          }}
        />
        <Button
          label="Download CSV"
          title="Everything that is known of these runs: one line a run"
          onClick={() => {
            download('runs.csv', runsAsCsv(runs, rows), 'text/csv');
          }}
        />
      </div>
      {leftOut.length > 0 && (
        <p className="nbtrack-Quiet">
          Too many to show:{' '}
          {leftOut.map(([kind, count]) => `${count} more ${kind}`).join(', ')}.
        </p>
      )}
      {shown.length === 0 && runs.length > 1 && (
        <p className="nbtrack-Quiet">
          Nothing differs in metrics, params, tags and data.
        </p>
      )}
      {many ? <Transposed rows={shown} /> : <DifferenceTable rows={shown} />}
      <SourcesAndPackages />
    </>
  );
}

/** More runs than a table has room for beside each other: a line for each. */
function Transposed(props: {
  rows: readonly IDifference[];
}): React.JSX.Element {
  const { rows } = props;
  const { model, state, host, compared, names, baseline } = useCompare();
  const viewed = useObserved(model.view);
  const { view } = viewed;
  // What no list of runs is sorted by is not kept: this page remembers it.
  const [own, setOwn] = React.useState<string | null>(null);
  const { runs } = compared;
  const { store, elsewhere } = state;
  const experiments = [...new Set(runs.map(run => run.experiment_id))];
  const of = JSON.stringify(experiments);
  React.useEffect(() => {
    // Two stores may call different experiments alike.
    const ids = elsewhere.size ? [] : (JSON.parse(of) as string[]);
    void model.view.show(viewedOf(store, ids));
  }, [model, store, elsewhere, of]);
  const ids = rows.map(row => row.id);
  const kept = view.compared?.filter(id => ids.includes(id)) ?? [];
  const shown = kept.length ? kept : firstColumns(rows);
  const key = JSON.stringify(shown);
  const columns = React.useMemo(() => {
    const order = JSON.parse(key) as string[];
    const wanted = new Set(order);
    const known = new Map(
      columnsOf({ ...NO_VIEW, columns: order }, null).map(one => [one.id, one])
    );
    return rows
      .filter(row => wanted.has(row.id))
      .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
      .flatMap(({ id, group, values, best }) => {
        const column = known.get(id);
        return column
          ? [{ ...column, values, best, metric: group === 'metrics' }]
          : [];
      });
  }, [rows, key]);
  const lines = React.useMemo(
    () =>
      runs.map((run, i) => ({
        ...run,
        label: [names[i], run.store].filter(Boolean).join(' · ')
      })),
    [runs, names]
  );
  const onOpen = useOpenRun(host, state);
  return (
    <>
      <p className="nbtrack-Quiet">
        {runs.length} runs, one a line
        {shown.length < ids.length &&
          `; ${shown.length} of ${ids.length} columns`}
        . Click the head of a column to sort.
      </p>
      <Chooser
        title="Columns"
        label="Columns of the table"
        keys={ids}
        chosen={shown}
        most={MOST_CHOSEN}
        onChange={columns => {
          // What is not in these runs may be in others.
          const others = view.compared?.filter(id => !ids.includes(id)) ?? [];
          model.view.change({ compared: [...columns, ...others] });
        }}
      />
      <Kept state={viewed} one={experiments.length < 2} />
      <RunGrid
        label="Table of differences"
        runs={lines}
        columns={columns}
        baseline={runs[baseline]?.run_id ?? null}
        sort={own ?? view.sort}
        onSort={sort => {
          const isOwn = sort?.startsWith('datasets.') ?? false;
          setOwn(isOwn ? sort : null);
          if (!isOwn) {
            model.view.change({ sort });
          }
        }}
        pins={view.pins}
        onPins={pins => {
          model.view.change({ pins });
        }}
        selected={state.selected}
        onSelect={selected => {
          model.select(selected);
        }}
        onOpen={onOpen}
      />
    </>
  );
}

/** Some of the metrics and some of the params, however many there are of each. */
function firstColumns(rows: readonly IDifference[]): string[] {
  const metrics = rows.filter(row => row.group === 'metrics');
  const others = rows.filter(row => row.group !== 'metrics');
  // Those whose direction is known tell most.
  metrics.sort((a, b) => Number(b.best !== null) - Number(a.best !== null));
  const room = Math.max(MOST_COLUMNS / 2, MOST_COLUMNS - others.length);
  return [...metrics.slice(0, room), ...others]
    .slice(0, MOST_COLUMNS)
    .map(row => row.id);
}
