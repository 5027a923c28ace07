/** The aliases: words in a box, and the usual ones at a click. */

import * as React from 'react';

import { Field } from './field';

const USUAL = ['champion', 'challenger'];

export function Aliases(props: {
  value: readonly string[];
  problem: string | null | undefined;
  onChange: (aliases: string[]) => void;
  onLeave: () => void;
}): React.JSX.Element {
  const { value, onChange } = props;
  const [typed, setTyped] = React.useState(value.join(', '));
  const write = (text: string) => {
    setTyped(text);
    onChange(split(text));
  };
  return (
    <Field
      label="Aliases"
      hint="Apart by commas. One that another version has moves only after you have said yes."
      problem={props.problem}
    >
      {ties => (
        <div className="nbtrack-Register-line">
          <input
            {...ties}
            type="text"
            className="nbtrack-Register-box"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={event => {
              write(event.target.value);
            }}
            onBlur={props.onLeave}
          />
          {USUAL.map(alias => {
            const on = value.includes(alias);
            return (
              <button
                key={alias}
                type="button"
                className="nbtrack-Register-chip"
                aria-pressed={on}
                onClick={() => {
                  const others = value.filter(one => one !== alias);
                  write((on ? others : [...others, alias]).join(', '));
                }}
              >
                {alias}
              </button>
            );
          })}
        </div>
      )}
    </Field>
  );
}

export function split(text: string): string[] {
  const words = text.split(/[\s,]+/).map(word => word.replace(/^@/, ''));
  return [...new Set(words.filter(Boolean))];
}
