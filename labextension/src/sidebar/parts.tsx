/** Small pieces that the sections share. Every value becomes a text node. */

import * as React from 'react';

import { type RequestError, SERVER_MISSING } from '../request';

/** One line of a `<dl>`. */
export function Fact(props: {
  name: string;
  children: React.ReactNode;
}): React.JSX.Element {
  return (
    <div className="nbtrack-Fact">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** A sentence whose `code` is set as code. */
export function Prose(props: { text: string }): React.JSX.Element {
  // Odd pieces stand between two back-ticks; a last back-tick without its partner stays text.
  const pieces = props.text.split(/`([^`]+)`/);
  return (
    <>
      {pieces.map((piece, index) =>
        index % 2 ? <code key={index}>{piece}</code> : piece
      )}
    </>
  );
}

export function Button(props: {
  label: string;
  title?: string;
  onClick: () => void;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className="nbtrack-Button jp-mod-styled"
      title={props.title}
      onClick={props.onClick}
    >
      {props.label}
    </button>
  );
}

/** What went wrong, what to do, and a way to try again. */
export function Failure(props: {
  error: RequestError;
  onRetry: () => void;
}): React.JSX.Element {
  const { error } = props;
  return (
    <div className="nbtrack-Failure" role="alert">
      <p className="nbtrack-Failure-message">
        <Prose text={error.message} />
      </p>
      {error.hint && (
        <p>
          <Prose text={error.hint} />
        </p>
      )}
      {error.code === SERVER_MISSING && (
        <pre className="nbtrack-Code">
          jupyter server extension enable nbtrack
        </pre>
      )}
      <Button label="Retry" onClick={props.onRetry} />
    </div>
  );
}
