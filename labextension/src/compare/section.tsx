/** One section of a comparison: closed, it costs nothing. */

import * as React from 'react';

import { clock } from '../sidebar/format';
import { useNow } from '../sidebar/observe';
import { Fold } from '../sidebar/parts';
import { useCompare } from './scene';

export function CompareSection(props: {
  name: string;
  title: string;
  /** Told while the section is closed. */
  about: string;
  children: React.ReactNode;
}): React.JSX.Element {
  const { name, title, about, children } = props;
  const { model, state } = useCompare();
  const id = React.useId();
  const open = state.open.has(name);
  return (
    <section
      className="nbtrack-Compare-section"
      data-section={name}
      aria-labelledby={id}
    >
      <Fold
        id={id}
        title={title}
        open={open}
        onToggle={() => {
          const next = new Set(state.open);
          if (!next.delete(name)) {
            next.add(name);
          }
          model.choose({ open: next });
        }}
      >
        {!open && <span className="nbtrack-Fold-aside">{about}</span>}
      </Fold>
      {open && children}
    </section>
  );
}

/** A choice out of a list. */
export function Select(props: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}): React.JSX.Element {
  const { label, value, options, onChange } = props;
  const id = React.useId();
  return (
    <span className="nbtrack-Compare-choice">
      <label htmlFor={id}>{label}</label>{' '}
      <select
        id={id}
        value={value}
        onChange={event => {
          onChange(event.target.value);
        }}
      >
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

export function Loading(): React.JSX.Element {
  return (
    <p role="status" className="nbtrack-Quiet">
      Loading…
    </p>
  );
}

/** How old what is shown is, when the store does not answer. */
export function AsOf(props: { moment: number }): React.JSX.Element {
  const now = useNow(60_000, true);
  return (
    <p className="nbtrack-Stale" role="status">
      As of {clock(props.moment, now)}: what the store said then.
    </p>
  );
}
