/** A run's page: everything that is known of one run, and what can be done with it. */

import * as React from 'react';

import { SERVER_MISSING } from '../request';
import type { StoreName } from '../runs';
import { Button, Failure, Stale } from '../sidebar/parts';
import { useAction } from './action';
import { Actions } from './actions';
import { Artifacts } from './artifacts';
import { useAsked } from './asked';
import { Captured } from './captured';
import { Datasets } from './datasets';
import { EditingContext } from './editing';
import { Header } from './header';
import { type IRunHost, type IScene, SceneContext } from './host';
import { Metrics } from './metrics';
import { Models } from './models';
import { Note } from './note';
import { Params } from './params';
import { type IRunSnapshot, RunState } from './state';
import { Tags } from './tags';

export interface IRunViewProps extends IRunHost {
  store: StoreName;
  runId: string;
  /** Can it be seen? A hidden page asks nothing. Default: yes. */
  visible?: boolean;
}

export function RunView(props: IRunViewProps): React.JSX.Element {
  // Another run is another page: nothing of the one before may stay, least of all what was being typed.
  return <Page key={JSON.stringify([props.store, props.runId])} {...props} />;
}

function Page(props: IRunViewProps): React.JSX.Element {
  const { store, runId, visible = true, ...host } = props;
  const { api, events } = host;
  const state = React.useMemo(
    () => new RunState(api, events, store, runId),
    [api, events, store, runId]
  );
  const snapshot = useSnapshot(state);
  React.useEffect(() => {
    state.setVisible(visible);
  }, [state, visible]);
  const health = useAsked(
    React.useCallback(async () => (await api.store(store)).value, [api, store])
  );
  const { detail } = snapshot;
  const deleted = detail?.lifecycle_stage === 'deleted';
  const scene: IScene = {
    host,
    store,
    runId,
    state,
    health: health.value,
    editable: health.value?.writable === true && !deleted
  };
  const editing = { editable: scene.editable, refresh: () => state.refresh() };
  return (
    <SceneContext.Provider value={scene}>
      <article
        className="nbtrack-Run"
        aria-label="Run"
        aria-busy={snapshot.busy}
      >
        <Condition snapshot={snapshot} state={state} />
        {deleted && <Deleted state={state} />}
        {detail && (
          <EditingContext.Provider value={editing}>
            <Header run={detail} />
            <Actions run={detail} />
            <Note run={detail} />
            <Tags run={detail} />
            <Metrics run={detail} />
            <Params run={detail} />
            <Datasets run={detail} />
            <Models run={detail} />
            <Artifacts run={detail} />
            <Captured run={detail} />
          </EditingContext.Provider>
        )}
      </article>
    </SceneContext.Provider>
  );
}

/** Loading, failed, or old: and what to do about it. */
function Condition(props: {
  snapshot: IRunSnapshot;
  state: RunState;
}): React.JSX.Element | null {
  const { detail, error, asOf, problem } = props.snapshot;
  const refresh = (): void => {
    void props.state.refresh();
  };
  if (error?.status === 404 && error.code !== SERVER_MISSING) {
    return (
      <div role="alert">
        <p>
          {detail
            ? 'This run is not in the store any more. What it said last is below.'
            : 'This run is not in the store.'}
        </p>
        <Button label="Look again" onClick={refresh} />
      </div>
    );
  }
  if (error) {
    return <Failure error={error} onRetry={refresh} />;
  }
  if (!detail) {
    return (
      <p role="status" className="nbtrack-Quiet">
        Loading…
      </p>
    );
  }
  if (asOf !== null) {
    return <Stale asOf={asOf} problem={problem} onRetry={refresh} />;
  }
  return null;
}

function Deleted(props: { state: RunState }): React.JSX.Element {
  const { busy, error, run } = useAction();
  return (
    <div className="nbtrack-Notice" role="status">
      <p>This run was deleted. It can still be restored.</p>
      <button
        type="button"
        className="nbtrack-Button jp-mod-styled"
        disabled={busy}
        onClick={() => {
          void run(() => props.state.restore());
        }}
      >
        Restore
      </button>
      {error && <p role="alert">{error.message}</p>}
    </div>
  );
}

function useSnapshot(state: RunState): IRunSnapshot {
  React.useEffect(
    () => () => {
      state.dispose();
    },
    [state]
  );
  return React.useSyncExternalStore(
    React.useCallback(
      (notify: () => void) => {
        state.changed.connect(notify);
        return () => {
          state.changed.disconnect(notify);
        };
      },
      [state]
    ),
    () => state.snapshot
  );
}
