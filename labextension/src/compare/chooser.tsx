/** Check boxes that say which metrics of a comparison are drawn. */

import * as React from 'react';

import { Filter, matches } from '../run/section';
import { MOST_DRAWN } from './chosen';

/** So many boxes are shown; the filter finds the others. */
const SHOWN = 100;

export function Chooser(props: {
  metrics: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}): React.JSX.Element {
  const { metrics, chosen, onChange } = props;
  const [filter, setFilter] = React.useState('');
  const found = metrics.filter(key => matches(filter, key));
  const full = chosen.length >= MOST_DRAWN;
  return (
    <details className="nbtrack-Run-fold">
      <summary>
        Metrics ({chosen.length} of {metrics.length})
      </summary>
      {metrics.length > SHOWN / 10 && (
        <Filter label="Filter metrics" value={filter} onChange={setFilter} />
      )}
      <div
        className="nbtrack-Compare-boxes"
        role="group"
        aria-label="Metrics that are drawn"
      >
        {found.slice(0, SHOWN).map(key => {
          const checked = chosen.includes(key);
          return (
            <label key={key}>
              <input
                type="checkbox"
                checked={checked}
                disabled={full && !checked}
                onChange={() => {
                  onChange(
                    checked
                      ? chosen.filter(one => one !== key)
                      : [...chosen, key]
                  );
                }}
              />{' '}
              {key}
            </label>
          );
        })}
      </div>
      {found.length > SHOWN && (
        <p className="nbtrack-Quiet">
          {found.length - SHOWN} more: filter to find them.
        </p>
      )}
      {full && (
        <p className="nbtrack-Quiet">At most {MOST_DRAWN} charts are drawn.</p>
      )}
    </details>
  );
}
