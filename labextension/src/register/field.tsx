/** A field of the form: its name, what it is for, and what is wrong with it. */

import * as React from 'react';

/** What ties the box to its name, its hint and its problem. */
export interface ITies {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

export function Field(props: {
  label: string;
  hint?: string | undefined;
  problem: string | null | undefined;
  children: (ties: ITies) => React.ReactNode;
}): React.JSX.Element {
  const { label, hint, problem } = props;
  const id = React.useId();
  const described = [hint ? `${id}hint` : '', problem ? `${id}problem` : '']
    .filter(Boolean)
    .join(' ');
  return (
    <div className="nbtrack-Register-field">
      <label htmlFor={id}>{label}</label>
      {props.children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': Boolean(problem)
      })}
      {hint && (
        <p id={`${id}hint`} className="nbtrack-Quiet nbtrack-Register-hint">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}problem`} className="nbtrack-Register-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
