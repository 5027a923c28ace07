/** Check boxes that say which of many are shown. */

import * as React from 'react';

import { Filter, matches } from '../run/section';

/** So many boxes are shown; the filter finds the others. */
const SHOWN = 100;

export function Chooser(props: {
  title: string;
  /** What the boxes are, for those who hear them. */
  label: string;
  keys: readonly string[];
  chosen: readonly string[];
  /** What a key is called, if not by itself. */
  called?: Readonly<Record<string, string>>;
  /** So many can be chosen. */
  most: number;
  onChange: (chosen: string[]) => void;
}): React.JSX.Element {
  const { title, label, keys, chosen, most, onChange } = props;
  const { called = {} } = props;
  const [filter, setFilter] = React.useState('');
  const [open, setOpen] = React.useState(false);
  const nameOf = (key: string) =>
    Object.hasOwn(called, key) ? (called[key] ?? key) : key;
  const found = keys.filter(key => matches(filter, nameOf(key)));
  const full = chosen.length >= most;
  return (
    <details
      className="nbtrack-Run-fold"
      onToggle={event => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>
        {title} ({chosen.length} of {keys.length})
      </summary>
      {open && keys.length > SHOWN / 10 && (
        <Filter
          label={`Filter ${title.toLowerCase()}`}
          value={filter}
          onChange={setFilter}
        />
      )}
      <div className="nbtrack-Compare-boxes" role="group" aria-label={label}>
        {open &&
          found.slice(0, SHOWN).map(key => {
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
                {nameOf(key)}
              </label>
            );
          })}
      </div>
      {open && found.length > SHOWN && (
        <p className="nbtrack-Quiet">
          {found.length - SHOWN} more: filter to find them.
        </p>
      )}
      {full && (
        <p className="nbtrack-Quiet">
          At most {most} can be chosen: take one out first.
        </p>
      )}
    </details>
  );
}
