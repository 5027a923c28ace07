/** The top of a run's page: its name, what it is doing, how long, and where it belongs. */

import * as React from 'react';

import { formatDuration } from '../live/format';
import type { IRunDetail } from '../runs';
import { moment } from '../sidebar/format';
import { useNow } from '../sidebar/observe';
import { Editable } from './editable';
import { useScene } from './host';
import { RegisteredAs } from './registered';
import { statusWord } from './status';

export function Header(props: { run: IRunDetail }): React.JSX.Element {
  const { run } = props;
  const { state } = useScene();
  return (
    <header className="nbtrack-Run-header">
      <Editable
        label="Name of the run"
        action="Rename"
        field="name"
        value={run.name}
        required
        save={(name, expected) =>
          state.change({ name, expected: { name: expected } })
        }
      >
        <h2 className="nbtrack-Run-name">{run.name || 'no name'}</h2>
      </Editable>
      <Status run={run} />
      <p className="nbtrack-Run-line">
        in <Experiment run={run} />
        {run.user && <span className="nbtrack-Quiet">by {run.user}</span>}
      </p>
      <RegisteredAs run={run} />
      {run.parent_run_id !== null && (
        <RunLink id={run.parent_run_id}>Its parent run</RunLink>
      )}
      {run.children !== null && run.children > 0 && (
        <p className="nbtrack-Quiet">
          {run.children} child {run.children === 1 ? 'run' : 'runs'}
        </p>
      )}
      {run.previous_run_id !== null && (
        <RunLink id={run.previous_run_id}>Previous run of this cell</RunLink>
      )}
    </header>
  );
}

function RunLink(props: { id: string; children: string }): React.JSX.Element {
  const { host, store } = useScene();
  return (
    <button
      type="button"
      className="nbtrack-Run-link"
      onClick={() => {
        host.open.run(store, props.id);
      }}
    >
      {props.children}
    </button>
  );
}

export function Status(props: {
  run: Pick<IRunDetail, 'status' | 'start_time' | 'end_time'>;
}): React.JSX.Element {
  const { status, start_time: start, end_time: end } = props.run;
  const running = status === 'RUNNING';
  const now = useNow(1000, running);
  const until = end ?? (running ? now : null);
  return (
    <p className="nbtrack-Run-line" data-status={status}>
      <span className="nbtrack-Run-status" role="status">
        <span
          className={`nbtrack-Live-dot${running ? ' nbtrack-mod-live' : ''}`}
          aria-hidden="true"
        />
        {statusWord(status)}
      </span>
      {start !== null && until !== null && (
        <span className="nbtrack-Live-number">
          {formatDuration(until - start)}
        </span>
      )}
      {start !== null && <span className="nbtrack-Quiet">{moment(start)}</span>}
    </p>
  );
}

function Experiment(props: { run: IRunDetail }): React.JSX.Element {
  const { host, store } = useScene();
  const { experiment_id: id, experiment_name: name } = props.run;
  return (
    <button
      type="button"
      className="nbtrack-Run-link"
      onClick={() => {
        host.open.experiment(store, id);
      }}
    >
      {name ?? `experiment ${id}`}
    </button>
  );
}
