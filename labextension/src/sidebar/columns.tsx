/** The chooser of columns: opens in place, changes at once. */

import {
  caretDownIcon,
  caretUpIcon,
  closeIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { matches, names } from '../state/completion';
import { ATTRIBUTE_COLUMNS, columnIds, halves } from './columnset';
import { useHost } from './host';
import { useObserved } from './observe';
import { IconButton, Prose } from './parts';

/** The server takes no more. */
const MOST = 100;

export function ColumnChooser(props: {
  onClose: () => void;
}): React.JSX.Element {
  const { view, keys, place } = useHost().lists;
  const chosen = columnIds(useObserved(view).view);
  const viewError = useObserved(view).error;
  const { scope } = useObserved(place);
  const known = useObserved(keys);
  const [query, setQuery] = React.useState('');
  const search = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => {
    search.current?.focus();
    void keys.want();
  }, [keys]);
  const found = React.useMemo(() => {
    const own = names(known.keys).filter(
      name => !name.startsWith('attributes.')
    );
    const all = [...Object.keys(ATTRIBUTE_COLUMNS), ...own];
    return matches(query, all);
  }, [known.keys, query]);
  const change = (columns: readonly string[]) => {
    view.change({ columns: [...columns] });
  };
  const swap = (index: number, step: number) => {
    const next = [...chosen];
    next.splice(index + step, 0, ...next.splice(index, 1));
    change(next);
  };
  return (
    <div
      className="nbtrack-Columns"
      role="dialog"
      aria-label="Columns"
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onClose();
        }
      }}
    >
      <div className="nbtrack-Columns-head">
        <input
          ref={search}
          type="search"
          className="nbtrack-Input"
          placeholder="Search metrics, params, tags"
          aria-label="Search metrics, params and tags"
          value={query}
          onChange={event => {
            setQuery(event.target.value);
          }}
        />
        <IconButton
          icon={closeIcon}
          label="Close the columns"
          onClick={props.onClose}
        />
      </div>
      <div className="nbtrack-Columns-lists">
        <ul aria-label="Shown">
          {chosen.map((id, index) => (
            <li key={id}>
              <Name id={id} />
              <IconButton
                icon={caretUpIcon}
                label={`Move ${label(id)} up`}
                disabled={index === 0}
                onClick={() => {
                  swap(index, -1);
                }}
              />
              <IconButton
                icon={caretDownIcon}
                label={`Move ${label(id)} down`}
                disabled={index === chosen.length - 1}
                onClick={() => {
                  swap(index, 1);
                }}
              />
              <IconButton
                icon={closeIcon}
                label={`Hide ${label(id)}`}
                onClick={() => {
                  change(chosen.filter(one => one !== id));
                  // What had the focus is gone.
                  search.current?.focus();
                }}
              />
            </li>
          ))}
        </ul>
        <ul aria-label="All columns">
          {found.map(id => (
            <li key={id}>
              <Choice
                id={id}
                checked={chosen.includes(id)}
                disabled={chosen.length >= MOST && !chosen.includes(id)}
                onChange={checked => {
                  change(
                    checked ? [...chosen, id] : chosen.filter(one => one !== id)
                  );
                }}
              />
            </li>
          ))}
        </ul>
        {found.length === 0 && (
          <p className="nbtrack-Quiet">No column has this in its name.</p>
        )}
      </div>
      {(known.error ?? viewError) && (
        <p className="nbtrack-Search-error" role="alert">
          <Prose
            text={
              known.error?.message ??
              `The choice holds on this page only: ${viewError?.message ?? ''}`
            }
          />
        </p>
      )}
      <div className="nbtrack-Columns-foot">
        <span className="nbtrack-Quiet">
          {scope.kind === 'experiment'
            ? 'Kept with the experiment.'
            : 'Kept until this page is closed.'}
        </span>
        <button
          type="button"
          className="nbtrack-Link"
          onClick={() => {
            view.change({ columns: null });
          }}
        >
          Reset
        </button>
      </div>
    </div>
  );
}

function Choice(props: {
  id: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}): React.JSX.Element {
  return (
    <label className="nbtrack-Choice">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled}
        onChange={event => {
          props.onChange(event.target.checked);
        }}
      />
      <Name id={props.id} />
    </label>
  );
}

/** What it is called, and of which kind it is. */
function Name(props: { id: string }): React.JSX.Element {
  const [family, key] = halves(props.id);
  const known = ATTRIBUTE_COLUMNS[props.id];
  return (
    <span className="nbtrack-Choice-name" title={known ?? props.id}>
      {known ?? key}{' '}
      {known === undefined && (
        <span className="nbtrack-Quiet">{family.replace(/s$/, '')}</span>
      )}
    </span>
  );
}

function label(id: string): string {
  return ATTRIBUTE_COLUMNS[id] ?? id;
}
