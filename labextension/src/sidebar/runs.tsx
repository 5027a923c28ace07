/** Section «Runs»: the list, what stands above and below it, and what it says when it is empty. */

import { tableRowsIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { SERVER_MISSING } from '../request';
import { lines } from '../state/flat';
import { isFiltered } from '../state/query';
import { ColumnChooser } from './columns';
import { columns as columnsOf, commonMetric } from './columnset';
import { useHost } from './host';
import { useObserved } from './observe';
import { Button, Failure, IconButton, Stale } from './parts';
import { RunFilters } from './runsFilters';
import { KeptFocus } from './runsFocus';
import { Count, RunsFooter } from './runsFooter';
import { RunsGrid } from './runsGrid';
import { LOAD_LINE } from './store';

export function RunsSection(): React.JSX.Element {
  const { lists } = useHost();
  const snapshot = useObserved(lists.runs);
  const { view } = useObserved(lists.view);
  const { applied } = useObserved(lists.filter);
  const experiments = useObserved(lists.experiments);
  const [choosing, setChoosing] = React.useState(false);
  const section = React.useRef<HTMLElement>(null);
  const [kept] = React.useState(() => new KeptFocus());
  const { rows, order, busy } = snapshot;
  const common = React.useMemo(
    () => view.metric ?? commonMetric(rows.values()),
    [view.metric, rows]
  );
  const columns = React.useMemo(() => columnsOf(view, common), [view, common]);
  const { pinned, listed } = React.useMemo(
    () => lines(snapshot, view.sort),
    [snapshot, view.sort]
  );
  const { store, scope } = useObserved(lists.place);
  const listKey = JSON.stringify([store, scope, applied, view.sort]);
  const { error } = snapshot;
  // What the user wrote is wrong: that is said where it was written.
  const wrong = error?.status === 400 && applied.text !== '' ? error : null;
  // The Store section has said already that the Jupyter server does not answer.
  const said = useObserved(lists.settings).error?.message;
  const failed = wrong ? null : (error ?? experiments.error);
  const broken = failed?.message === said ? null : failed;
  const retry = () => void lists.refresh();
  const asOf = snapshot.asOf ?? experiments.asOf;
  const empty = order?.length === 0 && pinned.length === 0;
  const loading = order === null && busy;
  // Stays while another list is loaded, for whoever's keyboard is on it.
  const grid = loading || (order !== null && !empty);
  React.useLayoutEffect(() => {
    if (!grid && section.current && kept.lost(section.current)) {
      section.current.focus({ preventScroll: true });
      kept.forget();
    }
  });
  return (
    <section
      ref={section}
      tabIndex={-1}
      className="nbtrack-Section nbtrack-Runs"
      aria-labelledby="nbtrack-runs-title"
    >
      <div className="nbtrack-Fold">
        <h2 id="nbtrack-runs-title">Runs</h2>
        <Count />
        <div className="nbtrack-Actions">
          <IconButton
            icon={tableRowsIcon}
            label="Columns"
            expanded={choosing}
            onClick={() => {
              setChoosing(!choosing);
            }}
          />
        </div>
      </div>
      {broken && (
        <Failure
          error={broken}
          older={broken.code === SERVER_MISSING}
          onRetry={retry}
        />
      )}
      {!broken && asOf !== null && (
        <Stale
          asOf={asOf}
          problem={snapshot.problem ?? experiments.problem}
          onRetry={retry}
        />
      )}
      <RunFilters error={wrong} />
      {choosing && (
        <ColumnChooser
          onClose={() => {
            setChoosing(false);
            section.current
              ?.querySelector<HTMLElement>('[aria-label="Columns"]')
              ?.focus();
          }}
        />
      )}
      {loading && (
        <p role="status" className="nbtrack-Quiet">
          Loading…
        </p>
      )}
      {order !== null && empty && !error && (
        <Empty filtered={isFiltered(applied)} />
      )}
      {grid && (
        <RunsGrid
          pinned={pinned}
          listed={listed}
          columns={columns}
          metric={common}
          listKey={listKey}
          kept={kept}
        />
      )}
      <RunsFooter />
    </section>
  );
}

/** Nothing to show, and what to do next. */
function Empty(props: { filtered: boolean }): React.JSX.Element {
  const { lists } = useHost();
  const { deleted } = useObserved(lists.experiments);
  const { scope } = useObserved(lists.place);
  if (deleted && scope.kind === 'experiment') {
    return (
      <div className="nbtrack-Empty">
        <p>This experiment is deleted. Restore it to see its runs.</p>
      </div>
    );
  }
  if (props.filtered) {
    return (
      <div className="nbtrack-Empty">
        <p>No run fits these filters.</p>
        <Button
          label="Clear filters"
          onClick={() => {
            lists.filter.clear();
          }}
        />
      </div>
    );
  }
  return (
    <div className="nbtrack-Empty">
      <p>No runs here yet.</p>
      <p>
        Execute <code>{LOAD_LINE}</code> in a notebook, then train: each cell
        that logs or fits becomes a run.
      </p>
    </div>
  );
}
