/** A registered model's page: its aliases and versions, where they came from, and what can be done with them. */

import * as React from 'react';

import { EditingContext } from '../run/editing';
import { useAsked } from '../run/asked';
import { SERVER_MISSING } from '../request';
import type { StoreName } from '../runs';
import { useObserved } from '../sidebar/observe';
import { Button, Failure, Stale } from '../sidebar/parts';
import { type IModelSnapshot, ModelState } from '../state/model';
import { Aliases } from './aliases';
import { Deletion } from './deletion';
import { Description } from './description';
import { Header } from './header';
import { type IRegistryHost, type IScene, SceneContext } from './host';
import { ModelTags } from './tags';
import { Versions } from './versions';

export interface IModelViewProps extends IRegistryHost {
  store: StoreName;
  name: string;
  /** Can it be seen? A hidden page asks nothing. Default: yes. */
  visible?: boolean;
}

export function ModelView(props: IModelViewProps): React.JSX.Element {
  // Another model is another page: nothing of the one before may stay.
  return <Page key={JSON.stringify([props.store, props.name])} {...props} />;
}

function Page(props: IModelViewProps): React.JSX.Element {
  const { store, name, visible = true, ...host } = props;
  const { api, events } = host;
  const state = React.useMemo(
    () => new ModelState(api, events.changed, store, name),
    [api, events, store, name]
  );
  const snapshot = useObserved(state);
  React.useEffect(
    () => () => {
      state.dispose();
    },
    [state]
  );
  React.useEffect(() => {
    state.setVisible(visible);
  }, [state, visible]);
  const health = useAsked(
    React.useCallback(async () => (await api.store(store)).value, [api, store])
  ).value;
  const { detail } = snapshot;
  const scene: IScene = { host, store, name, state, health };
  const editing = {
    editable: health?.writable === true,
    refresh: () => state.refresh()
  };
  return (
    <SceneContext.Provider value={scene}>
      <article
        className="nbtrack-Run nbtrack-Model"
        aria-label="Registered model"
        aria-busy={snapshot.busy}
        tabIndex={-1}
      >
        <Condition snapshot={snapshot} state={state} />
        {detail && (
          <EditingContext.Provider value={editing}>
            <Header model={detail} />
            <Description model={detail} />
            <Aliases model={detail} />
            <Versions model={detail} />
            <ModelTags model={detail} />
            <Deletion model={detail} />
          </EditingContext.Provider>
        )}
      </article>
    </SceneContext.Provider>
  );
}

/** Loading, failed, or old: and what to do about it. */
function Condition(props: {
  snapshot: IModelSnapshot;
  state: ModelState;
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
            ? 'This model is not in the store any more. What it said last is below.'
            : 'No registered model in this store has this name:'}
        </p>
        {!detail && <p>{props.state.name}</p>}
        <Button label="Look again" onClick={refresh} />
      </div>
    );
  }
  if (error) {
    return (
      <Failure
        error={error}
        older={error.code === SERVER_MISSING}
        onRetry={refresh}
      />
    );
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
