/** Adds a tag: its name and its value. */

import * as React from 'react';

import type { IKeyValue } from '../runs';
import { Button } from '../sidebar/parts';
import { useAction } from './action';
import { isSystemTag } from './tagkeys';

export function NewTag(props: {
  taken: readonly IKeyValue[];
  save: (key: string, value: string) => Promise<void>;
}): React.JSX.Element {
  const [open, setOpen] = React.useState(false);
  const [key, setKey] = React.useState('');
  const [value, setValue] = React.useState('');
  const { busy, error, run } = useAction();
  const name = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => {
    if (open) {
      name.current?.focus();
    }
  }, [open]);
  const wrong = problem(key, props.taken);
  if (!open) {
    return (
      <Button
        label="Add a tag"
        onClick={() => {
          setOpen(true);
        }}
      />
    );
  }
  return (
    <form
      className="nbtrack-Run-editor"
      aria-label="New tag"
      onSubmit={event => {
        event.preventDefault();
        if (!key.trim() || wrong) {
          return;
        }
        void run(() => props.save(key.trim(), value)).then(saved => {
          if (saved) {
            // Ready for the next one: tags come in groups.
            setKey('');
            setValue('');
            name.current?.focus();
          }
        });
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          setOpen(false);
        }
      }}
    >
      <input
        ref={name}
        type="text"
        className="nbtrack-Run-input jp-mod-styled"
        aria-label="Name of the new tag"
        placeholder="name"
        value={key}
        readOnly={busy}
        onChange={event => {
          setKey(event.target.value);
        }}
      />
      <input
        type="text"
        className="nbtrack-Run-input jp-mod-styled"
        aria-label="Value of the new tag"
        placeholder="value"
        value={value}
        readOnly={busy}
        onChange={event => {
          setValue(event.target.value);
        }}
      />
      {(wrong ?? error) && (
        <p role="alert" className="nbtrack-Run-problem">
          {wrong ?? `Not saved: ${error?.message ?? ''}`}
        </p>
      )}
      <span className="nbtrack-Run-buttons">
        <button
          type="submit"
          className="nbtrack-Button jp-mod-styled"
          disabled={busy || !key.trim() || wrong !== null}
        >
          Add
        </button>
        <Button
          label="Close"
          onClick={() => {
            setOpen(false);
          }}
        />
      </span>
    </form>
  );
}

function problem(key: string, taken: readonly IKeyValue[]): string | null {
  const name = key.trim();
  if (taken.some(tag => tag.key === name)) {
    return `There is a tag ${name} already: edit that one.`;
  }
  return isSystemTag(name)
    ? 'Names that begin with mlflow. or nbtrack. are theirs.'
    : null;
}
