/** Small pieces that the sections share. Every value becomes a text node. */

import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { type RequestError, SERVER_MISSING } from '../request';
import type { IErrorBody } from '../types';
import { clock } from './format';
import { useNow } from './observe';

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
  /** What it is read as, where many have this label. */
  spoken?: string | undefined;
  title?: string;
  button?: React.Ref<HTMLButtonElement>;
  disabled?: boolean;
  onClick: () => void;
}): React.JSX.Element {
  const { button, ...rest } = props;
  return (
    <button
      ref={button}
      type="button"
      className="nbtrack-Button jp-mod-styled"
      aria-label={rest.spoken}
      title={rest.title}
      disabled={rest.disabled}
      onClick={rest.onClick}
    >
      {rest.label}
    </button>
  );
}

/** A button whose name is read aloud and shown as a tip. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  button?: React.Ref<HTMLButtonElement>;
  pressed?: boolean;
  expanded?: boolean;
  disabled?: boolean;
  onClick: () => void;
}): React.JSX.Element {
  const { icon: Icon, label, button } = props;
  return (
    <button
      ref={button}
      type="button"
      className="nbtrack-IconButton"
      aria-label={label}
      title={label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon.react tag="span" elementSize="normal" />
    </button>
  );
}

/** A section's heading that shows and hides what is below it. */
export function Fold(props: {
  id: string;
  title: string;
  open: boolean;
  onToggle: () => void;
  /** Said beside the title, for when the section is closed. */
  children?: React.ReactNode;
}): React.JSX.Element {
  return (
    <div className="nbtrack-Fold">
      <h2 id={props.id}>
        <button
          type="button"
          className="nbtrack-Fold-button"
          aria-expanded={props.open}
          onClick={props.onToggle}
        >
          <span className="nbtrack-Caret" aria-hidden="true" />
          {props.title}
        </button>
      </h2>
      {props.children}
    </div>
  );
}

/** What went wrong, what to do, and a way to try again. */
export function Failure(props: {
  error: RequestError;
  /** The server part answers, but does not know this route. */
  older?: boolean;
  onRetry: () => void;
}): React.JSX.Element {
  const { error } = props;
  const missing = error.code === SERVER_MISSING;
  const older = missing && props.older === true;
  const message = older
    ? 'The server part of nbtrack is older than this page.'
    : error.message;
  const hint = older
    ? 'Restart JupyterLab: its server still runs the version from before the update.'
    : error.hint;
  return (
    <div className="nbtrack-Failure" role="alert">
      <p className="nbtrack-Failure-message">
        <Prose text={message} />
      </p>
      {hint && (
        <p>
          <Prose text={hint} />
        </p>
      )}
      {missing && !older && (
        <pre className="nbtrack-Code">
          jupyter server extension enable nbtrack
        </pre>
      )}
      <Button label="Retry" onClick={props.onRetry} />
    </div>
  );
}

/** The store does not answer, but there is something to show. */
export function Stale(props: {
  asOf: number;
  problem: IErrorBody | null;
  onRetry: () => void;
}): React.JSX.Element {
  const { problem } = props;
  const now = useNow(60_000, true);
  return (
    <div className="nbtrack-Stale" role="status">
      <p>
        The store does not answer; showing what it said at{' '}
        {clock(props.asOf, now)}.
      </p>
      {problem && (
        <p className="nbtrack-Quiet">
          <Prose text={[problem.message, problem.hint].join(' ').trim()} />
        </p>
      )}
      <Button label="Retry" onClick={props.onRetry} />
    </div>
  );
}
