/** Where a version came from: its run, and the cell of the notebook that made it. */

import * as React from 'react';

import type { IModelVersion } from '../models';
import { useAction } from '../run/action';
import { useScene } from './host';

export function Origin(props: {
  version: IModelVersion;
}): React.JSX.Element | null {
  const { run_id: runId, run_name: runName } = props.version;
  const { host, store } = useScene();
  if (runId === null) {
    return <p className="nbtrack-Quiet">from no run that is known</p>;
  }
  return (
    <p className="nbtrack-Run-line">
      from run
      <button
        type="button"
        className="nbtrack-Run-link"
        title="Show the run"
        onClick={() => {
          host.open.run(store, runId);
        }}
      >
        {runName ?? runId.slice(0, 8)}
      </button>
      <Cell runId={runId} version={props.version} />
    </p>
  );
}

function Cell(props: {
  runId: string;
  version: IModelVersion;
}): React.JSX.Element | null {
  const { runId } = props;
  const { notebook, cell_id: cellId } = props.version;
  const { host, store } = useScene();
  const action = useAction();
  if (notebook === null) {
    return null;
  }
  const name = notebook.split('/').at(-1) ?? notebook;
  return (
    <>
      <span aria-hidden="true">·</span>
      {cellId === null ? (
        <span title={notebook}>{name}</span>
      ) : (
        <button
          type="button"
          className="nbtrack-Run-link"
          title={`Open ${notebook} and select the cell`}
          onClick={() => {
            if (!action.busy) {
              void action.run(() =>
                host.open.cell(store, runId, notebook, cellId)
              );
            }
          }}
        >
          {name}
        </button>
      )}
      {action.error && (
        <span role="alert" className="nbtrack-Run-problem">
          {action.error.message} {action.error.hint}
        </span>
      )}
    </>
  );
}
