/** One part of a run's page: a heading that folds what is below it. */

import * as React from 'react';

export function Section(props: {
  title: string;
  /** How many things are in it; left out where it is no list. */
  count?: number;
  /** Unfolded from the start? */
  open?: boolean;
  /** Told when it is unfolded. */
  onOpen?: () => void;
  children: React.ReactNode;
}): React.JSX.Element {
  const { title, count, open = true, onOpen, children } = props;
  const id = React.useId();
  return (
    <section className="nbtrack-Run-section" aria-labelledby={id}>
      <details
        open={open}
        onToggle={event => {
          if (event.currentTarget.open) {
            onOpen?.();
          }
        }}
      >
        <summary>
          <h3 id={id}>
            {title}
            {count !== undefined && (
              <span className="nbtrack-Run-count"> {count}</span>
            )}
          </h3>
        </summary>
        {children}
      </details>
    </section>
  );
}

/** Narrows a list by a part of its names. */
export function Filter(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}): React.JSX.Element {
  return (
    <input
      type="search"
      className="nbtrack-Run-input jp-mod-styled"
      aria-label={props.label}
      placeholder={props.label}
      value={props.value}
      onChange={event => {
        props.onChange(event.target.value);
      }}
      onKeyDown={event => {
        if (event.key === 'Escape' && props.value) {
          event.stopPropagation();
          props.onChange('');
        }
      }}
    />
  );
}

/** Does one of these contain the words, whatever the case? */
export function matches(filter: string, ...texts: string[]): boolean {
  const wanted = filter.trim().toLowerCase();
  return texts.some(text => text.toLowerCase().includes(wanted));
}
