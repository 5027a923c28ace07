/** A comparison: its runs, and its sections. */

import * as React from 'react';

import type { ISeries } from '../runs';
import { useObserved } from '../sidebar/observe';
import { Button, Failure } from '../sidebar/parts';
import { asCode } from './code';
import { Curves } from './curves';
import { differences } from './difference';
import { Differs } from './differs';
import { Importance } from './importance';
import type { CompareModel, IComparison } from './model';
import { namesOf } from './names';
import { Noise } from './noise';
import { Plots } from './plots';
import { CompareContext, type ICompareHost } from './scene';
import { AsOf, Loading, Select } from './section';

const NONE: readonly ISeries[] = [];

export function Comparison(props: {
  model: CompareModel;
  host: ICompareHost;
  /** Curves that came with a notebook. */
  kept?: readonly ISeries[];
  /** The line that made it, where it is known, and of which runs. */
  said?: { line: string; runIds: readonly string[] };
}): React.JSX.Element {
  const { model, host, kept = NONE, said } = props;
  const state = useObserved(model);
  const { compared, error, leftOut, runIds } = state;
  const rows = React.useMemo(
    () => (compared ? differences(compared) : []),
    [compared]
  );
  const names = React.useMemo(
    () => (compared ? namesOf(compared.runs) : []),
    [compared]
  );
  const place = compared?.runs.findIndex(one => one.run_id === state.baseline);
  const scene = compared && {
    ...{ host, model, state, compared, names, rows, kept },
    baseline: Math.max(0, place ?? 0)
  };
  const count = compared?.runs.length ?? 0;
  return (
    <div className="nbtrack-Compare-content">
      <h1>Compare runs</h1>
      {leftOut > 0 && (
        <p className="nbtrack-Notice" role="note">
          Only the first {runIds.length} runs are compared; {leftOut} more were
          chosen.
        </p>
      )}
      <Trouble model={model} state={state} />
      {!error && !compared && runIds.length > 0 && <Loading />}
      {runIds.length === 0 && (
        <p>No run is left. Choose runs in the sidebar to compare them.</p>
      )}
      {compared && compared.missing.length > 0 && <Missing model={model} />}
      {count === 1 && (
        <p>One run alone has nothing to differ from: choose another as well.</p>
      )}
      {scene && count > 0 && (
        <CompareContext.Provider value={scene}>
          <div className="nbtrack-Run-tools">
            <Select
              label="Baseline"
              value={compared.runs[scene.baseline]?.run_id ?? ''}
              options={compared.runs.map(
                ({ run_id }, i) => [run_id, names[i] ?? ''] as const
              )}
              onChange={id => {
                model.choose({ baseline: id });
              }}
            />
            <Button
              label="Insert as code"
              title="Put a cell with this comparison below the active one, without running it"
              onClick={() => {
                host.insert(asCode(state, said));
              }}
            />
          </div>
          <Differs />
          <Curves />
          <Plots />
          <Noise />
          <Importance />
        </CompareContext.Provider>
      )}
    </div>
  );
}

/** Why there is no answer, or how old the last one is. */
function Trouble(props: {
  model: CompareModel;
  state: IComparison;
}): React.JSX.Element | null {
  const { model, state } = props;
  const { error, asOf, compared } = state;
  if (!error) {
    return null;
  }
  const retry = () => {
    void model.refresh(true);
  };
  return (
    <>
      {compared && asOf !== null && <AsOf moment={asOf} />}
      <Failure error={error} onRetry={retry} />
    </>
  );
}

/** Runs that were chosen and are not in the store. */
function Missing(props: { model: CompareModel }): React.JSX.Element {
  const { model } = props;
  const missing = model.snapshot.compared?.missing ?? [];
  const few = missing.slice(0, 3).join(', ');
  return (
    <p className="nbtrack-Notice" role="note">
      {missing.length === 1
        ? `One run is not in this store: ${few}.`
        : `${missing.length} runs are not in this store: ${few}${missing.length > 3 ? ', …' : ''}.`}{' '}
      <Button
        label={missing.length === 1 ? 'Leave it out' : 'Leave them out'}
        onClick={() => {
          for (const id of missing) {
            model.remove(id);
          }
        }}
      />
    </p>
  );
}
