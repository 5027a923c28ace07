/** Around the list of runs: how many there are, what to do with the selected ones, and «Undo». */

import * as React from 'react';

import { count } from './format';
import { useHost } from './host';
import { useObserved } from './observe';
import { Button, Prose } from './parts';
import { removeOrRestore } from './runsActions';

export function RunsFooter(): React.JSX.Element {
  return (
    <div className="nbtrack-Footer">
      <Said />
      <SelectedRuns />
    </div>
  );
}

export function Count(): React.JSX.Element | null {
  const { runs } = useHost().lists;
  const { order, total, next, loadingMore } = useObserved(runs);
  if (!order || (order.length === 0 && next === null)) {
    return null;
  }
  const all = next === null;
  const of = total === null ? 'more' : count(total);
  return (
    <div className="nbtrack-Count">
      <span role="status">
        {all
          ? `${count(order.length)} ${order.length === 1 ? 'run' : 'runs'}`
          : `${count(order.length)} of ${of}`}
      </span>{' '}
      {!all && (
        <button
          type="button"
          className="nbtrack-Link"
          disabled={loadingMore}
          onClick={() => void runs.all()}
        >
          {loadingMore ? 'Loading…' : 'Load all'}
        </button>
      )}
    </div>
  );
}

function SelectedRuns(): React.JSX.Element | null {
  const host = useHost();
  const { selection, place, filter, removal } = host.lists;
  const { selected } = useObserved(selection);
  const { deleted } = useObserved(filter).applied;
  const { busy } = useObserved(removal);
  if (selected.size === 0) {
    return null;
  }
  const ids = [...selected];
  const add = host.open.adds();
  return (
    <div className="nbtrack-Selected" role="toolbar" aria-label="Selected runs">
      <span role="status">{count(ids.length)} selected</span>
      <Button
        label="Compare"
        title={
          ids.length < 2
            ? 'Select two runs or more to compare them'
            : 'Open the comparison in the main area'
        }
        disabled={ids.length < 2}
        onClick={() => {
          host.open.compare(place.snapshot.store, ids);
        }}
      />
      {add && (
        <Button
          label="Add to comparison"
          title="Compare these as well, in the comparison that was in front last; they may be of another store"
          onClick={() => {
            add(place.snapshot.store, ids);
          }}
        />
      )}
      <Button
        label={deleted ? 'Restore' : 'Delete'}
        disabled={busy}
        onClick={() => {
          removeOrRestore(host, ids);
        }}
      />
      <Button
        label="Copy ids"
        title="Copy the run ids, one a line"
        onClick={() => {
          host.copy(ids.join('\n'));
        }}
      />
      <button
        type="button"
        className="nbtrack-Link"
        onClick={() => {
          selection.clear();
        }}
      >
        Clear
      </button>
    </div>
  );
}

/** What was just done, and the way back. */
function Said(): React.JSX.Element {
  const { removal } = useHost().lists;
  const { undo, said, busy, error } = useObserved(removal);
  return (
    <>
      {error && (
        <div className="nbtrack-Failure" role="alert">
          <p>
            <Prose text={`${error.message} ${error.hint}`.trim()} />
          </p>
          <button
            type="button"
            className="nbtrack-Link"
            onClick={() => {
              removal.forgetError();
            }}
          >
            Dismiss
          </button>
        </div>
      )}
      <div
        className="nbtrack-Said"
        onMouseEnter={() => {
          removal.hold(true);
        }}
        onMouseLeave={() => {
          removal.hold(false);
        }}
        onFocus={() => {
          removal.hold(true);
        }}
        onBlur={() => {
          removal.hold(false);
        }}
      >
        <span role="status">{said}</span>
        {undo && (
          <Button
            label="Undo"
            disabled={busy}
            onClick={() => void removal.undo()}
          />
        )}
      </div>
    </>
  );
}
