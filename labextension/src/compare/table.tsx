/** The table of what differs: a column for each run. */

import {
  caretLeftIcon,
  caretRightIcon,
  closeIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IComparedRun } from '../compared';
import { statusWord } from '../run/status';
import { Button, IconButton } from '../sidebar/parts';
import { Cell } from './cell';
import { drawnRuns, type IDrawn } from './chosen';
import { Swatch } from './dashes';
import { GROUPS, type IDifference, TITLES } from './difference';
import { homeOf } from './homes';
import { useCompare } from './scene';

/** Of each kind so many rows are shown at first. */
const FIRST_ROWS = 100;

export function DifferenceTable(props: {
  rows: readonly IDifference[];
}): React.JSX.Element {
  const { compared, names, state } = useCompare();
  const [all, setAll] = React.useState(false);
  const { runs } = compared;
  // The heads are the legend of the curves, where there are any.
  const drawn = new Map(
    (state.coloured ? drawnRuns(state) : []).map(one => [one.runId, one])
  );
  const groups = GROUPS.map(
    group => [group, props.rows.filter(row => row.group === group)] as const
  ).filter(([, rows]) => rows.length > 0);
  const longest = Math.max(0, ...groups.map(([, rows]) => rows.length));
  return (
    <>
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
              {runs.map((run, i) => (
                <th key={run.run_id} scope="col">
                  <Head
                    run={run}
                    name={names[i] ?? ''}
                    place={i}
                    line={drawn.get(run.run_id) ?? null}
                  />
                </th>
              ))}
            </tr>
          </thead>
          {groups.map(([group, rows]) => (
            <tbody key={group}>
              <tr>
                <th scope="rowgroup" className="nbtrack-Compare-group">
                  {TITLES[group]}
                </th>
                <td colSpan={runs.length} />
              </tr>
              {(all ? rows : rows.slice(0, FIRST_ROWS)).map(row => (
                <Row key={row.id} row={row} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
      {!all && longest > FIRST_ROWS && (
        <Button
          label={`Show all ${props.rows.length} rows`}
          title={`Only the first ${FIRST_ROWS} of each kind are shown`}
          onClick={() => {
            setAll(true);
          }}
        />
      )}
    </>
  );
}

function Row(props: { row: IDifference }): React.JSX.Element {
  const { row } = props;
  const { compared, baseline } = useCompare();
  return (
    <tr data-differs={row.differs}>
      <th scope="row">{row.key}</th>
      {compared.runs.map(({ run_id }, i) => (
        <Cell
          key={run_id}
          group={row.group}
          name={row.key}
          runId={run_id}
          value={row.values[i] ?? null}
          base={row.values[baseline] ?? null}
          isBase={i === baseline}
          best={row.best !== null && row.values[i] === row.best}
        />
      ))}
    </tr>
  );
}

function Head(props: {
  run: IComparedRun;
  name: string;
  place: number;
  /** What it looks like in the curves; `null`: it is not drawn. */
  line: IDrawn | null;
}): React.JSX.Element {
  const { run, name, place, line } = props;
  const { model, state, compared, baseline } = useCompare();
  const id = run.run_id;
  return (
    <div className="nbtrack-Compare-head">
      <span className="nbtrack-Run-line">
        <input
          type="checkbox"
          aria-label={`Select ${name}`}
          checked={state.selected.has(id)}
          onChange={() => {
            const selected = new Set(state.selected);
            if (!selected.delete(id)) {
              selected.add(id);
            }
            model.select(selected);
          }}
        />
        {line && <Swatch color={line.color} dash={line.dash} />}
        <RunLink runId={id} name={name} />
      </span>
      <span className="nbtrack-Quiet">
        {place === baseline && 'baseline · '}
        {statusWord(run.status)}
        {run.lifecycle_stage === 'deleted' && ' · deleted'}
      </span>
      {run.store !== undefined && (
        <span className="nbtrack-Quiet">{run.store}</span>
      )}
      <span className="nbtrack-Run-buttons">
        <IconButton
          icon={caretLeftIcon}
          label={`Move ${name} to the left`}
          disabled={place === 0}
          onClick={() => {
            model.move(id, -1);
          }}
        />
        <IconButton
          icon={caretRightIcon}
          label={`Move ${name} to the right`}
          disabled={place === compared.runs.length - 1}
          onClick={() => {
            model.move(id, 1);
          }}
        />
        <IconButton
          icon={closeIcon}
          label={`Remove ${name} from the comparison`}
          onClick={() => {
            model.remove(id);
          }}
        />
      </span>
    </div>
  );
}

/** Shows the run in the sidebar, where there is one. */
export function RunLink(props: {
  runId: string;
  name: string;
}): React.JSX.Element {
  const { runId, name } = props;
  const { host, state } = useCompare();
  const { open } = host;
  const store = homeOf(state, runId);
  return open && store !== null ? (
    <button
      type="button"
      className="nbtrack-Run-link"
      title={runId}
      onClick={() => {
        open.run(store, runId);
      }}
    >
      {name}
    </button>
  ) : (
    <span title={runId}>{name}</span>
  );
}
