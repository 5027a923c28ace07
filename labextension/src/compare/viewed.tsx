/** How the runs of a table are looked at: kept on the store where they are of one experiment, as the sidebar keeps it. */

import * as React from 'react';

import type { StoreName } from '../runs';
import { Prose } from '../sidebar/parts';
import type { IViewed, IViewSnapshot } from '../state/view';

/** What nobody knows the store of: this page remembers it. */
export const NOWHERE: IViewed = { store: '', experimentId: null, key: '' };

/** @param experimentIds - Of the runs, one or more times. */
export function viewedOf(
  store: StoreName | null,
  experimentIds: Iterable<string>
): IViewed {
  const different = [...new Set(experimentIds)];
  const experimentId = different.length === 1 ? (different[0] ?? null) : null;
  return store === null
    ? NOWHERE
    : { store, experimentId, key: JSON.stringify([store, experimentId]) };
}

/** Says where the choice of columns is kept, and why it is not. */
export function Kept(props: {
  state: IViewSnapshot;
  /** Are the runs of one experiment? */
  one: boolean;
}): React.JSX.Element {
  const { error } = props.state;
  return error ? (
    <p className="nbtrack-Notice" role="alert">
      <Prose text={`The choice holds on this page only: ${error.message}`} />
    </p>
  ) : (
    <p className="nbtrack-Quiet">
      {props.one
        ? 'Columns, order and pins are kept with the experiment.'
        : 'These runs are of several experiments: columns, order and pins are kept until this page is closed.'}
    </p>
  );
}
