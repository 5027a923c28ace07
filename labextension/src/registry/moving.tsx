/** Asks once before an alias moves, and names what it replaces. Who was faster is told, and nothing is overwritten unseen. */

import * as React from 'react';

import type { IModelDetail } from '../models';
import { useAction } from '../run/action';
import type { RequestError } from '../request';
import { useObserved } from '../sidebar/observe';
import { Button } from '../sidebar/parts';
import { useScene } from './host';
import { titled } from './titled';

/** Offered as names of new ones. */
const USUAL = ['champion', 'challenger', 'candidate'];

export function Moving(props: {
  model: IModelDetail;
  /** `null`: the user writes its name. */
  alias: string | null;
  /** The version that is offered first; `null`: the newest that it isn't at. */
  to: string | null;
  /** Is it this version and no other? */
  fixed: boolean;
  close: () => void;
}): React.JSX.Element {
  const { model, fixed, close } = props;
  const { state } = useScene();
  const { versions } = useObserved(state);
  const { busy, error, run } = useAction();
  const [written, setWritten] = React.useState('');
  const alias = props.alias ?? written.trim();
  // What the user saw when the question came up: a refresh of the page does not change it.
  const [before] = React.useState(() => at(model, props.alias ?? ''));
  const from = props.alias === null ? at(model, alias) : before;
  const [chosen, setChosen] = React.useState(
    () =>
      props.to ?? versions?.find(one => one.version !== before)?.version ?? null
  );
  const conflict = error ? theirs(error) : undefined;
  const submit = (expected: string | null): void => {
    if (alias && chosen !== null) {
      void run(() => state.setAlias(alias, chosen, expected)).then(done => {
        if (done) {
          close();
        }
      });
    }
  };
  const leave = (): void => {
    close();
    if (conflict !== undefined) {
      void state.refresh();
    }
  };
  const title = props.alias === null ? 'Set an alias' : `Move ${props.alias}`;
  return (
    <form
      className="nbtrack-Run-question"
      aria-label={title}
      onSubmit={event => {
        event.preventDefault();
        submit(from);
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          leave();
        }
      }}
    >
      {props.alias === null && (
        <Name value={written} readOnly={busy} onChange={setWritten} />
      )}
      {alias && (
        <p>
          {from === null
            ? `No version has the alias ${alias} now.`
            : `${alias} is ${titled(from, versions)}.`}
        </p>
      )}
      {fixed && chosen !== null ? (
        <p>
          {from === null ? 'Put it at ' : 'Move it to '}
          {titled(chosen, versions)}?
        </p>
      ) : (
        <label className="nbtrack-Model-choice">
          {from === null ? 'Put it at' : 'Move it to'}
          <select
            ref={props.alias === null ? undefined : focusOn}
            className="nbtrack-Select"
            value={chosen ?? ''}
            disabled={busy}
            onChange={event => {
              setChosen(event.target.value);
            }}
          >
            {versions
              ?.filter(one => one.version !== before)
              .map(one => (
                <option key={one.version} value={one.version}>
                  {titled(one.version, versions)}
                </option>
              ))}
          </select>
        </label>
      )}
      {conflict !== undefined && error ? (
        <Conflict
          alias={alias}
          believed={from}
          has={conflict}
          wanted={chosen}
          error={error}
          onMove={() => {
            submit(conflict);
          }}
          onLeave={leave}
        />
      ) : (
        <>
          {error && (
            <p role="alert" className="nbtrack-Run-problem">
              Not moved: {error.message} {error.hint}
            </p>
          )}
          <span className="nbtrack-Run-buttons">
            <button
              ref={fixed && props.alias !== null ? focusOn : undefined}
              type="button"
              className="nbtrack-Button jp-mod-styled"
              title="Escape"
              onClick={leave}
            >
              Leave it
            </button>
            <button
              type="submit"
              className="nbtrack-Button jp-mod-styled"
              disabled={busy || !alias || chosen === null || chosen === from}
            >
              {from === null ? 'Set' : 'Move'} {alias}
            </button>
          </span>
        </>
      )}
    </form>
  );
}

function Name(props: {
  value: string;
  readOnly: boolean;
  onChange: (value: string) => void;
}): React.JSX.Element {
  const id = React.useId();
  return (
    <>
      <input
        ref={focusOn}
        type="text"
        className="nbtrack-Run-input jp-mod-styled"
        aria-label="Name of the alias"
        placeholder="champion"
        list={id}
        value={props.value}
        readOnly={props.readOnly}
        onChange={event => {
          props.onChange(event.target.value);
        }}
      />
      <datalist id={id}>
        {USUAL.map(one => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}

/** Somebody else was faster: both values, and a choice. */
function Conflict(props: {
  alias: string;
  believed: string | null;
  has: string | null;
  wanted: string | null;
  error: RequestError;
  onMove: () => void;
  onLeave: () => void;
}): React.JSX.Element {
  const { alias, believed, has, wanted, error } = props;
  const { versions } = useObserved(useScene().state);
  const said = (version: string | null): string =>
    version === null ? 'no version' : titled(version, versions);
  return (
    <div className="nbtrack-Run-conflict" role="alert">
      <p>{error.message}</p>
      <p>{`You saw ${alias} at ${said(believed)}; the store now has it at ${said(has)}.`}</p>
      <span className="nbtrack-Run-buttons">
        <Button label="Leave it there" onClick={props.onLeave} />
        {wanted !== null && wanted !== has && (
          <Button
            label={`Move it to version ${wanted} anyway`}
            onClick={props.onMove}
          />
        )}
      </span>
    </div>
  );
}

function at(model: IModelDetail, alias: string): string | null {
  return model.aliases.find(one => one.alias === alias)?.version ?? null;
}

/** Where a conflict says that the alias is; `undefined`: it is no conflict. */
function theirs(error: RequestError): string | null | undefined {
  return error.status === 409 ? error.current['version'] : undefined;
}

function focusOn(node: HTMLElement | null): void {
  node?.focus();
}
