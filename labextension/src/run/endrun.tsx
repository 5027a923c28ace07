/** Ends a run that was left RUNNING, once the user has said how. */

import * as React from 'react';

import { Button } from '../sidebar/parts';
import { useAction } from './action';
import { useScene } from './host';

const ENDS = [
  ['FINISHED', 'It finished'],
  ['FAILED', 'It failed'],
  ['KILLED', 'It was stopped']
] as const;

export function EndRun(): React.JSX.Element {
  const { state } = useScene();
  const [asked, setAsked] = React.useState(false);
  const { busy, error, run } = useAction();
  if (!asked) {
    return (
      <Button
        label="End it…"
        title="For a run whose kernel is gone"
        onClick={() => {
          setAsked(true);
        }}
      />
    );
  }
  return (
    <div
      className="nbtrack-Run-question"
      role="group"
      aria-label="End the run"
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          setAsked(false);
        }
      }}
    >
      <p>
        Does nothing log to this run any more? Then say how it ended. This stops
        no kernel; it only writes down the status.
      </p>
      <span className="nbtrack-Run-buttons">
        <button
          ref={focusOn}
          type="button"
          className="nbtrack-Button jp-mod-styled"
          onClick={() => {
            setAsked(false);
          }}
        >
          Leave it running
        </button>
        {ENDS.map(([status, label]) => (
          <button
            key={status}
            type="button"
            className="nbtrack-Button jp-mod-styled"
            disabled={busy}
            onClick={() => {
              void run(() => state.change({ status }));
            }}
          >
            {label}
          </button>
        ))}
      </span>
      {error && (
        <p role="alert" className="nbtrack-Run-problem">
          {error.message} {error.hint}
        </p>
      )}
    </div>
  );
}

/** The harmless answer has the keyboard. */
function focusOn(button: HTMLButtonElement | null): void {
  button?.focus();
}
