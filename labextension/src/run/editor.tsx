/** Edits one text in place. Somebody else's edit in the meantime is shown, never overwritten unseen. */

import * as React from 'react';

import { Button } from '../sidebar/parts';
import { useAction } from './action';

export interface IEditorProps {
  /** What is edited, for those who can't see where the box is. */
  label: string;
  value: string;
  /** Its name in `expected`: `name`, `note`, `tags.<key>`. */
  field: string;
  multiline?: boolean;
  /** An empty text means nothing here. */
  required?: boolean;
  /** @param expected - What the store must still have; `null`: nothing. */
  save: (text: string, expected: string | null) => Promise<void>;
  /** @param reload - The store has another value than the one shown. */
  close: (reload: boolean) => void;
}

export function Editor(props: IEditorProps): React.JSX.Element {
  const { label, field, multiline, required, save, close } = props;
  const [draft, setDraft] = React.useState(props.value);
  // What the user saw when the edit began; a refresh of the page does not change it.
  const [seen, setSeen] = React.useState<string | null>(props.value);
  const { busy, error, run } = useAction();
  const box = React.useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  React.useEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, []);
  const conflict = error?.status === 409 && field in error.current;
  const submit = async (expected: string | null): Promise<void> => {
    if (required && !draft.trim()) {
      return;
    }
    if (draft === expected) {
      close(conflict);
    } else if (await run(() => save(draft, expected))) {
      close(false);
    }
  };
  const theirs = conflict ? (error.current[field] ?? null) : null;
  const shared = {
    ref: box,
    className: 'nbtrack-Run-input jp-mod-styled',
    'aria-label': label,
    value: draft,
    readOnly: busy,
    onChange: (
      event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>
    ) => {
      setDraft(event.target.value);
    }
  };
  return (
    <form
      className="nbtrack-Run-editor"
      aria-label={label}
      onSubmit={event => {
        event.preventDefault();
        void submit(seen);
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          close(conflict);
        } else if (multiline && event.key === 'Enter' && held(event)) {
          event.preventDefault();
          event.stopPropagation();
          void submit(seen);
        }
      }}
    >
      {multiline ? (
        <textarea rows={6} {...shared} />
      ) : (
        <input type="text" {...shared} />
      )}
      {conflict ? (
        <Conflict
          theirs={theirs}
          keepMine={() => {
            setSeen(theirs);
            void submit(theirs);
          }}
          takeTheirs={() => {
            close(true);
          }}
        />
      ) : (
        <>
          {error && (
            <p role="alert" className="nbtrack-Run-problem">
              Not saved: {error.message} {error.hint}
            </p>
          )}
          <span className="nbtrack-Run-buttons">
            <button
              type="submit"
              className="nbtrack-Button jp-mod-styled"
              disabled={busy || (required === true && !draft.trim())}
              title={multiline ? 'Ctrl+Enter' : 'Enter'}
            >
              Save
            </button>
            <Button
              label="Cancel"
              title="Escape"
              onClick={() => {
                close(false);
              }}
            />
          </span>
        </>
      )}
    </form>
  );
}

/** Somebody else was faster: both values, and a choice. */
function Conflict(props: {
  theirs: string | null;
  keepMine: () => void;
  takeTheirs: () => void;
}): React.JSX.Element {
  return (
    <div className="nbtrack-Run-conflict" role="alert">
      <p>
        Somebody changed this in the meantime. Yours is in the box above; the
        store now has:
      </p>
      {props.theirs === null ? (
        <p className="nbtrack-Quiet">nothing: it was deleted</p>
      ) : (
        <pre className="nbtrack-Code">{props.theirs}</pre>
      )}
      <span className="nbtrack-Run-buttons">
        <Button label="Keep mine" onClick={props.keepMine} />
        <Button label="Take theirs" onClick={props.takeTheirs} />
      </span>
    </div>
  );
}

function held(event: React.KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey;
}
