/** The name: any text, completed with those that the registry has. */

import * as React from 'react';

import { Option } from '../sidebar/option';
import { Field } from './field';

const MOST = 50;

export function Name(props: {
  value: string;
  names: readonly string[];
  problem: string | null | undefined;
  onChange: (name: string) => void;
  onLeave: () => void;
}): React.JSX.Element {
  const { value, names, onChange } = props;
  const [open, setOpen] = React.useState(false);
  const [chosen, setChosen] = React.useState(-1);
  const list = React.useId();
  const offered = open ? matches(names, value) : [];
  const shown = offered.length > 0;

  const close = () => {
    setOpen(false);
    setChosen(-1);
  };
  const take = (name: string) => {
    onChange(name);
    close();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        if (shown) {
          // Beyond either end is the box itself, then the other end.
          const around = offered.length + 1;
          setChosen(((chosen + 1 + step + around) % around) - 1);
        } else {
          setOpen(true);
        }
        break;
      }
      case 'Enter': {
        const name = offered[chosen];
        if (name === undefined) {
          close();
          return; // sends the form
        }
        take(name);
        break;
      }
      case 'Escape':
        if (!shown) {
          return;
        }
        close();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Field label="Name" hint={said(value, names)} problem={props.problem}>
      {ties => (
        <div className="nbtrack-Search">
          <input
            {...ties}
            type="text"
            role="combobox"
            className="nbtrack-Register-box"
            placeholder="churn"
            aria-required="true"
            aria-autocomplete="list"
            aria-expanded={shown}
            aria-controls={list}
            aria-activedescendant={
              shown && chosen >= 0 ? `${list}${chosen}` : undefined
            }
            autoComplete="off"
            spellCheck={false}
            value={value}
            onChange={event => {
              onChange(event.target.value);
              setChosen(-1);
              setOpen(true);
            }}
            onBlur={() => {
              close();
              props.onLeave();
            }}
            onKeyDown={onKeyDown}
          />
          <ul
            id={list}
            role="listbox"
            aria-label="Registered models"
            className="nbtrack-Suggestions"
            hidden={!shown}
          >
            {offered.map((name, i) => (
              <Option
                key={name}
                id={`${list}${i}`}
                label={name}
                chosen={i === chosen}
                onTake={() => {
                  take(name);
                }}
              />
            ))}
          </ul>
        </div>
      )}
    </Field>
  );
}

/** Those that begin with what is typed, then those that have it somewhere. */
function matches(names: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  const at = (name: string) => name.toLowerCase().indexOf(wanted);
  const found = names.filter(name => at(name) >= 0 && name !== typed);
  return [
    ...found.filter(name => at(name) === 0),
    ...found.filter(name => at(name) > 0)
  ].slice(0, MOST);
}

/** What becomes of it. */
function said(value: string, names: readonly string[]): string | undefined {
  const name = value.trim();
  if (name === '') {
    return 'Of a registered model, or a new one.';
  }
  return names.includes(name)
    ? `${name} is there: this becomes its next version.`
    : `${name} is new: this becomes its version 1.`;
}
