/** Section «Models»: the registered models of the store; asks nothing while it is closed. */

import * as React from 'react';

import { SERVER_MISSING } from '../request';
import { clock, count } from './format';
import { useHost } from './host';
import { ModelsList } from './modelsList';
import { useNow, useObserved } from './observe';
import { Failure, Fold, Prose } from './parts';

export function ModelsSection(): React.JSX.Element {
  const { models } = useHost().lists;
  const { open, items, next, total, busy } = useObserved(models);
  const all = next === null ? (items?.length ?? null) : total;
  return (
    <section
      className={`nbtrack-Section nbtrack-Models${open ? '' : ' nbtrack-mod-closed'}`}
      aria-labelledby="nbtrack-models-title"
      aria-busy={busy}
    >
      <Fold
        id="nbtrack-models-title"
        title="Models"
        open={open}
        onToggle={() => {
          models.setOpen(!open);
        }}
      >
        <span className="nbtrack-Fold-aside">{all !== null && count(all)}</span>
      </Fold>
      {open && (
        <>
          <Search />
          <Condition />
          {items !== null && items.length > 0 && <ModelsList />}
          <More />
        </>
      )}
    </section>
  );
}

function Search(): React.JSX.Element {
  const { models } = useHost().lists;
  const { query } = useObserved(models);
  return (
    <div className="nbtrack-Tools">
      <input
        type="search"
        className="nbtrack-Input"
        placeholder="Search"
        aria-label="Search models"
        value={query}
        onChange={event => {
          models.search(event.target.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Escape' && query) {
            event.stopPropagation();
            models.search('');
          }
        }}
      />
    </div>
  );
}

/** Loading, empty, failed, or old. */
function Condition(): React.JSX.Element | null {
  const { models, runs } = useHost().lists;
  const { items, found, busy, error, asOf, problem } = useObserved(models);
  const said = useObserved(runs);
  const now = useNow(60_000, asOf !== null);
  if (error) {
    // The list of runs says it at length, and how to try again.
    return error.message === said.error?.message ? (
      <p className="nbtrack-Quiet">
        <Prose text={error.message} />
      </p>
    ) : (
      <Failure
        error={error}
        older={error.code === SERVER_MISSING}
        onRetry={() => void models.refresh()}
      />
    );
  }
  if (items === null) {
    return busy ? (
      <p role="status" className="nbtrack-Quiet">
        Loading…
      </p>
    ) : null;
  }
  return (
    <>
      {asOf !== null && (
        <p role="status" className="nbtrack-Stale">
          as of {clock(asOf, now)}
          {said.asOf === null && problem && (
            <>
              : <Prose text={problem.message} />
            </>
          )}
        </p>
      )}
      {items.length === 0 && (
        <p className="nbtrack-Quiet">
          {found ? (
            `No model has «${found}» in its name.`
          ) : (
            <>
              None yet: <code>%track_register</code> in a notebook registers the
              model of a run.
            </>
          )}
        </p>
      )}
    </>
  );
}

function More(): React.JSX.Element | null {
  const { models } = useHost().lists;
  const { items, next, total, busy, loadingMore } = useObserved(models);
  if (next === null || !items) {
    return null;
  }
  return (
    <div className="nbtrack-Count">
      <span role="status">
        {count(items.length)} of {total === null ? 'more' : count(total)}
      </span>{' '}
      <button
        type="button"
        className="nbtrack-Link"
        aria-label={loadingMore ? undefined : 'Load more models'}
        disabled={loadingMore || busy}
        onClick={() => void models.more()}
      >
        {loadingMore ? 'Loading…' : 'Load more'}
      </button>
    </div>
  );
}
