/** What can be done with a run. */

import * as React from 'react';

import type { IRunDetail } from '../runs';
import { Button } from '../sidebar/parts';
import { useAction } from './action';
import { EndRun } from './endrun';
import { useScene } from './host';

export function Actions(props: { run: IRunDetail }): React.JSX.Element {
  const { run } = props;
  const { host, store, health, state } = useScene();
  const action = useAction();
  const { notebook, cell_id: cellId, run_id: runId } = run;
  const deleted = run.lifecycle_stage === 'deleted';
  const writable = health?.writable === true;
  const page = address(health?.ui ?? null, run);
  return (
    <div className="nbtrack-Run-actions" role="group" aria-label="Actions">
      <span className="nbtrack-Run-buttons">
        {notebook !== null && cellId !== null && (
          <Button
            label="Go to cell"
            title={`Open ${notebook} and select the cell`}
            onClick={() => {
              if (!action.busy) {
                void action.run(() =>
                  host.open.cell(store, runId, notebook, cellId)
                );
              }
            }}
          />
        )}
        <Button
          label="Copy run id"
          title={runId}
          onClick={() => {
            host.copy(runId);
          }}
        />
        {page !== null && (
          <a
            className="nbtrack-Run-link"
            href={page}
            target="_blank"
            rel="noopener noreferrer"
          >
            Open in MLflow
          </a>
        )}
        {writable && !deleted && run.status === 'RUNNING' && <EndRun />}
        {writable && !deleted && (
          <Button
            label="Delete"
            title="It can be restored"
            onClick={() => {
              void action.run(() => state.delete());
            }}
          />
        )}
      </span>
      {action.error && (
        <p role="alert" className="nbtrack-Run-problem">
          {action.error.message} {action.error.hint}
        </p>
      )}
    </div>
  );
}

/** The run's page in MLflow's own UI, if the server has one: an address of the web and no other. */
export function address(
  ui: string | null,
  run: Pick<IRunDetail, 'experiment_id' | 'run_id'>
): string | null {
  if (ui === null || !/^https?:\/\//i.test(ui)) {
    return null;
  }
  const experiment = encodeURIComponent(run.experiment_id);
  const id = encodeURIComponent(run.run_id);
  return `${ui.replace(/\/+$/, '')}/#/experiments/${experiment}/runs/${id}`;
}
