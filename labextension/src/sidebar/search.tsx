/** The filter box: part of a name, or MLflow's filter language with completion of the keys that there are. */

import * as React from 'react';

import type { RequestError } from '../request';
import { type ISuggestion, suggestions } from '../state/completion';
import { useHost } from './host';
import { useObserved } from './observe';
import { Option } from './option';
import { Prose } from './parts';

/** Where the caret is, and whether to offer also what nothing is written of yet. */
interface IHere {
  readonly caret: number;
  readonly all: boolean;
}

const NOTHING: readonly ISuggestion[] = [];

export function Search(props: {
  error: RequestError | null;
}): React.JSX.Element {
  const { filter, keys } = useHost().lists;
  const { text } = useObserved(filter).written;
  const known = useObserved(keys);
  // Where something is to be completed; what with, may come later than it was asked for.
  const [here, setHere] = React.useState<IHere | null>(null);
  const [label, setLabel] = React.useState<string | null>(null);
  const offered = React.useMemo(
    () =>
      here ? suggestions(text, here.caret, known.keys, here.all) : NOTHING,
    [here, text, known.keys]
  );
  const chosen = offered.findIndex(one => one.label === label);
  const input = React.useRef<HTMLInputElement>(null);
  const id = React.useId();
  const open = offered.length > 0;

  const offer = (caret: number, all: boolean) => {
    void keys.want(); // Other runs may be in view since the box has the focus.
    setHere({ caret, all });
    setLabel(null);
  };
  const close = () => {
    setHere(null);
    setLabel(null);
  };
  const take = (one: ISuggestion) => {
    filter.write(one.text);
    close();
    const node = input.current;
    node?.focus();
    // The caret is moved after React has put the text in.
    requestAnimationFrame(() => {
      node?.setSelectionRange(one.caret, one.caret);
    });
  };
  const move = (step: number) => {
    const next = chosen + step;
    // Beyond either end is the box itself, then the other end.
    const one = next === -1 ? null : offered.at(Math.max(-1, next));
    setLabel(one?.label ?? null);
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    const caret = event.currentTarget.selectionStart ?? text.length;
    switch (event.key) {
      case 'ArrowDown':
        if (open) {
          move(1);
        } else {
          offer(caret, true);
        }
        break;
      case 'ArrowUp':
        if (!open) {
          return;
        }
        move(-1);
        break;
      case 'Tab':
      case 'Enter': {
        const one = offered[chosen];
        if (one) {
          take(one);
          break;
        }
        close();
        if (event.key === 'Tab') {
          return;
        }
        filter.submit();
        break;
      }
      case 'Escape':
        if (open) {
          close();
        } else if (text) {
          filter.set({ text: '' });
        } else {
          return;
        }
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="nbtrack-Search">
      <input
        ref={input}
        type="search"
        role="combobox"
        className="nbtrack-Input"
        placeholder="Filter: name, or metrics.loss < 0.5"
        aria-label="Filter runs by name or in MLflow’s filter language"
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={`${id}list`}
        aria-activedescendant={chosen < 0 ? undefined : `${id}${chosen}`}
        aria-invalid={props.error !== null}
        aria-describedby={props.error ? `${id}error` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onFocus={() => void keys.want()}
        onBlur={close}
        onKeyDown={onKeyDown}
        onChange={event => {
          const { value, selectionStart } = event.target;
          filter.write(value);
          offer(selectionStart ?? value.length, false);
        }}
      />
      <ul
        id={`${id}list`}
        role="listbox"
        aria-label="Keys"
        className="nbtrack-Suggestions"
        hidden={!open}
      >
        {offered.map((one, index) => (
          <Option
            key={one.label}
            id={`${id}${index}`}
            label={one.label}
            chosen={index === chosen}
            onTake={() => {
              take(one);
            }}
          />
        ))}
      </ul>
      {props.error && (
        <p id={`${id}error`} className="nbtrack-Search-error" role="alert">
          <Prose text={`${props.error.message} ${props.error.hint}`.trim()} />
        </p>
      )}
    </div>
  );
}
